/**
 * One option of a run, declared once: a valibot schema with its default, its help and its flag. The
 * TypeScript types, the check, the command line, a row's fields and a page's facts all come from it.
 */
import * as v from "valibot";

/** What a declaration says of an option besides its type, range and default. */
export interface About {
  /** A phrase that stands alone, as `--help` and pages print it. */
  readonly help: string;
  /** The flag's name, if it is not the option's. */
  readonly flag?: string;
  /** Whether what a run measures depends on it; default true. Runs that differ in no such option are one. */
  readonly identity?: boolean;
  /**
   * Whether rows on disk may lack the option because it is newer than they are; they ran with its
   * default. Default false.
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

/**
 * An option that this kind of model or gradient fixes at one value; `why` says which kind takes others, and
 * `later` is what it is of an option.
 */
export function only<const Value extends string | number | boolean>(
  value: Value,
  why: string,
  { later = false } = {},
) {
  return v.optional(v.pipe(v.literal(value, why), v.metadata({ later })), value);
}

/** The same for an option that is fixed at null. */
export function none(why: string) {
  return v.optional(v.null(why), null);
}

/** The range of a number; `above` and `below` are exclusive. */
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

/** A rate of dropout or the like: from 0, below 1. */
export const rate = () => real({ from: 0, below: 1 });

export const flag = () => v.boolean("expected true or false");

export const text = () => v.string("expected a text");

/** A path, as the caller means it. */
export const path = () =>
  v.pipe(v.string("expected a path"), v.metadata({ expected: "a path", path: true }));

/** Paths of one file or more. */
export const paths = () =>
  v.pipe(
    v.array(v.string("expected paths"), "expected paths"),
    v.minLength(1, "expected a path or more"),
    v.metadata({ expected: "paths", path: true }),
  );

/** A number of bytes. */
export const byteSize = () =>
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
