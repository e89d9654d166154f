/**
 * One option of a run, declared once: a valibot schema with its default, its help and its flag. The
 * TypeScript types, the check, the command line, a row's fields and a page's facts all come from it.
 */
import * as v from "valibot";

/** What is said about an option beside its type, range and default. */
export interface About {
  /** A phrase that stands alone, as `--help` and pages print it. */
  readonly help: string;
  /** The flag's name, where it is not the option's own. */
  readonly flag?: string;
  /** Whether the bits of a run depend on it; default true. */
  readonly identity?: boolean;
  /**
   * Whether rows on disk may lack it, as it came after some were measured: they ran as its default says.
   * Default false.
   */
  readonly later?: boolean;
}

/** An option that has a default. */
export function option<
  const Schema extends v.GenericSchema,
  const Default extends v.InferInput<Schema>,
>(schema: Schema, fallback: Default, about: About) {
  return v.optional(v.pipe(schema, v.metadata({ about })), fallback);
}

/** An option that must be given. */
export function required<const Schema extends v.GenericSchema>(schema: Schema, about: About) {
  return v.pipe(schema, v.metadata({ about }));
}

/** An option of other kinds of model or gradient, which holds one value here; `why` says who takes it. */
export function only<const Value extends string | number | boolean>(value: Value, why: string) {
  return v.optional(v.literal(value, why), value);
}

/** Likewise nothing at all. */
export function none(why: string) {
  return v.optional(v.null(why), null);
}

/** Where a number may lie; an open end by `above` and `below`. */
export interface Range {
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
  readonly below?: number;
}

export function whole(range: Range = { from: 0 }) {
  const expected = `expected a whole number${rangeText(range)}`;
  return v.pipe(
    v.number(expected),
    v.check((value) => Number.isSafeInteger(value) && within(value, range), expected),
    v.metadata({ expected: expected.replace("expected ", "") }),
  );
}

export function real(range: Range = {}) {
  const expected = `expected a number${rangeText(range)}`;
  return v.pipe(
    v.number(expected),
    v.check((value) => Number.isFinite(value) && within(value, range), expected),
    v.metadata({ expected: expected.replace("expected ", "") }),
  );
}

/** A share that is left out of a step: from 0, below 1. */
export const rate = () => real({ from: 0, below: 1 });

export const flag = () => v.boolean("expected true or false");

export const text = () => v.string("expected a text");

/** A path of the caller's. */
export const path = () =>
  v.pipe(v.string("expected a path"), v.metadata({ expected: "a path", path: true }));

/** A number of bytes. */
export const bytes = () =>
  v.pipe(
    whole({ from: 1 }),
    v.metadata({ expected: "a size such as 512MiB or 2GiB", bytes: true }),
  );

export function oneOf<const Names extends readonly string[]>(names: Names) {
  return v.picklist(names, `expected ${orList(names)}`);
}

/** `a, b or c` */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function within(value: number, range: Range): boolean {
  const { from = -Infinity, above = -Infinity, to = Infinity, below = Infinity } = range;
  return value >= from && value > above && value <= to && value < below;
}

function rangeText({ from, above, to, below }: Range): string {
  const ends = [
    from === undefined ? [] : `from ${from}`,
    above === undefined ? [] : `above ${above}`,
    to === undefined ? [] : `up to ${to}`,
    below === undefined ? [] : `below ${below}`,
  ].flat();
  return ends.length === 0 ? "" : ` ${ends.join(" and ")}`;
}
