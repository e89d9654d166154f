/** Types of a schema's options: as they are given, and with all defaults filled in. */
import type * as v from "valibot";

/**
 * Options as a person gives them: those with a default may be left out, and `"gat"` stands for `{ kind: "gat" }`.
 *
 * @internal
 */
export type Given<Schema extends v.GenericSchema> = Loose<v.InferInput<Schema>>;

/**
 * Options with every default filled in.
 *
 * @internal
 */
export type Resolved<Schema extends v.GenericSchema> = Frozen<v.InferOutput<Schema>>;

type Loose<T> = T extends readonly (infer Item)[] ? readonly Loose<Item>[]
  : T extends { kind: infer Kind } ?
      | { readonly [Name in keyof T]: Loose<T[Name]> }
      | ({ kind: Kind } extends T ? Kind : never)
  : T extends object ? { readonly [Name in keyof T]: Loose<T[Name]> }
  : T;

type Frozen<T> = T extends readonly (infer Item)[] ? readonly Frozen<Item>[]
  : T extends object ? { readonly [Name in keyof T]: Frozen<T[Name]> }
  : T;
