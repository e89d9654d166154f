/** Columns copied, joined and added: the definitions are those that all references share. */
export { add, columns as takeColumns, concatColumns as joinColumns } from "./matrix.ts";
