/** Settings that fast-check draws from their declaration: any kind, any of its options, in its range. */
import fc from "fast-check";
import type * as v from "valibot";
import {
  bare,
  type Entries,
  entriesOf,
  fallbackOf,
  isNullable,
  metadataOf,
  variantsOf,
} from "../../settings/schema.ts";

/** What may be given for a schema. */
export function given(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  const any = value(schema);
  return isNullable(schema) ? fc.option(any) : any;
}

function value(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  const variants = variantsOf(schema);
  if (variants !== undefined) {
    return fc.oneof(...[...variants].map(([kind, entries]) => record(entries, kind)));
  }
  const entries = entriesOf(schema);
  if (entries !== undefined) return record(entries);
  const { type, options, literal, item } = bare(schema) as unknown as {
    type: string;
    options?: readonly string[];
    literal?: unknown;
    item?: v.GenericSchema;
  };
  switch (type) {
    case "boolean":
      return fc.boolean();
    case "picklist":
      return fc.constantFrom(...options!);
    case "literal":
      return fc.constant(literal);
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(given(item!), { maxLength: 2 });
    case "number":
      return number(String(metadataOf(schema).expected));
    default:
      return fc.stringMatching(/^[\w.][\w. '-]*$/);
  }
}

/** Each option that may be left out is given or is not. */
function record(entries: Entries, kind?: string): fc.Arbitrary<unknown> {
  const { kind: _, ...options } = entries;
  const needed = Object.keys(options).filter((name) => fallbackOf(options[name]!) === undefined);
  const all = Object.fromEntries(Object.entries(options).map(([name, one]) => [name, given(one)]));
  return fc.record(all, { requiredKeys: needed })
    .map((held) => kind === undefined ? held : { kind, ...held });
}

/** A number in the range that a declaration tells people, as `a number from 0 and below 1`. */
function number(expected: string): fc.Arbitrary<number> {
  const end = (word: string) => {
    const [, text] = expected.match(new RegExp(`${word} (\\S+)`)) ?? [];
    return text === undefined ? undefined : Number(text);
  };
  const [from = end("above"), to = end("below")] = [end("from"), end("up to")];
  if (/size/.test(expected)) return fc.integer({ min: 1, max: 2 ** 40 });
  if (/whole/.test(expected)) {
    const min = from ?? 0;
    return fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min, max: min + 8 }) },
      { weight: 1, arbitrary: fc.maxSafeInteger().filter((n) => n >= min && n <= (to ?? n)) },
    );
  }
  return fc.double({
    ...{ noNaN: true, noDefaultInfinity: true, min: from ?? -1e30, max: to ?? 1e30 },
    minExcluded: end("above") !== undefined,
    maxExcluded: end("below") !== undefined,
  });
}
