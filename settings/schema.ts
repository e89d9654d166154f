/** Reads a schema: its entries, its variants by `kind`, and what is declared of each. */
import * as v from "valibot";
import type { About } from "./option.ts";

/** A schema without its default and without `null`. */
export function bare(schema: v.GenericSchema): v.GenericSchema {
  const { wrapped } = schema as { wrapped?: v.GenericSchema };
  return wrapped === undefined ? schema : bare(wrapped);
}

/** The default; undefined where the option must be given. */
export function fallbackOf(schema: v.GenericSchema): unknown {
  return (schema as { default?: unknown }).default;
}

/** Whether the schema accepts `null`. */
export function isNullable(schema: v.GenericSchema): boolean {
  const { type, wrapped } = schema as { type: string; wrapped?: v.GenericSchema };
  return type === "nullable" || type === "null" || wrapped !== undefined && isNullable(wrapped);
}

/** What is declared of an option; undefined if the schema is no option. */
export function aboutOf(schema: v.GenericSchema): About | undefined {
  return metadataOf(schema).about as About | undefined;
}

/** Whether rows on disk may lack the option, as it is newer than they are. */
export function isLater(schema: v.GenericSchema): boolean {
  return aboutOf(schema)?.later ?? metadataOf(schema).later === true;
}

/** Metadata of a schema and of what it wraps. */
export function metadataOf(schema: v.GenericSchema): Record<string, unknown> {
  const { wrapped } = schema as { wrapped?: v.GenericSchema };
  return { ...wrapped && metadataOf(wrapped), ...v.getMetadata(schema) };
}

export type Entries = Readonly<Record<string, v.GenericSchema>>;

/** The option of that name; undefined where there is none, whatever every object has of it. */
export function entryOf(entries: Entries | undefined, name: string): v.GenericSchema | undefined {
  return entries !== undefined && Object.hasOwn(entries, name) ? entries[name] : undefined;
}

/** The options of an object; undefined for any other schema. */
export function entriesOf(schema: v.GenericSchema): Entries | undefined {
  return (bare(schema) as { entries?: Entries }).entries;
}

/** The entries of each kind of a tagged union; undefined for any other schema. */
export function variantsOf(schema: v.GenericSchema): ReadonlyMap<string, Entries> | undefined {
  const { type, options } = bare(schema) as { type: string; options?: readonly v.GenericSchema[] };
  if (type !== "variant") return undefined;
  return new Map(options!.map((one) => {
    const entries = entriesOf(one)!;
    return [(entries.kind as unknown as { literal: string }).literal, entries];
  }));
}

/** The entries that apply to a value: those of the object, or of the value's kind in a union. */
export function entriesFor(schema: v.GenericSchema, value: unknown): Entries | undefined {
  const variants = variantsOf(schema);
  if (variants === undefined) return entriesOf(schema);
  return variants.get((value as { kind?: string })?.kind ?? "");
}
