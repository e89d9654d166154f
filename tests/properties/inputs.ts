/** Inputs that fast-check draws: garbage, damage to files that are right, and values that trip readers. */
import fc from "fast-check";

export type Bytes = Uint8Array<ArrayBuffer>;

/** Whole numbers at the edges of what lengths, counts and positions are kept in. */
export const EDGES = [
  ...[0, 1, 2, 7, 8, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1],
  ...[2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 62, 2 ** 63, 2 ** 64 - 2 ** 11],
];

/** Words that are special to something: to objects, terminals, files, or parsers of numbers. */
export const WORDS = [
  ...["", " ", "__proto__", "constructor", "toString", "hasOwnProperty", "length", "then", "null"],
  ...["NaN", "Infinity", "-0", "1e999", "0x10", "١", "1_000", "1,5", "true"],
  ...["\n", "a\nb", "\r", "\x1b[31m", "\x9b", "\u2028", "\u202e", "\ufeff", "\ud800", "\0"],
  ...[
    "%s",
    "../..",
    "//",
    "'",
    '"',
    "`",
    "{",
    "}}",
    "=",
    "--",
    "-",
    "ﷺ".repeat(40),
    "x".repeat(3000),
  ],
];

export const word: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }),
);

/** One of these, or any number of a float64. */
export const number: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.constantFrom(...EDGES).map((edge) => -edge),
  fc.integer(),
  fc.double(),
);

/** Any bytes; many begin as a file of that kind does. */
export function garbage(...begins: readonly Uint8Array[]): fc.Arbitrary<Bytes> {
  const begin = fc.constantFrom(new Uint8Array(0), ...begins);
  return fc.tuple(begin, fc.uint8Array({ maxLength: 200 })).map((parts) => joined(...parts));
}

export function joined(...parts: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A change of a file: both places are shares of its length, so that they fit a file of any length. */
type Change = (bytes: Bytes, at: number, end: number) => Bytes;

const CHANGES: fc.Arbitrary<Change> = fc.oneof(
  fc.nat(7).map((bit): Change => (bytes, at) => {
    if (at < bytes.length) bytes[at]! ^= 1 << bit;
    return bytes;
  }),
  fc.nat(255).map((value): Change => (bytes, at) => {
    if (at < bytes.length) bytes[at] = value;
    return bytes;
  }),
  fc.tuple(fc.constantFrom(...EDGES), fc.constantFrom(1, 2, 4, 8)).map(
    ([edge, width]): Change => (bytes, at) => {
      const whole = BigInt(edge) & ((1n << BigInt(8 * width)) - 1n);
      for (let k = 0; k < width && at + k < bytes.length; k++) {
        bytes[at + k] = Number((whole >> BigInt(8 * k)) & 255n);
      }
      return bytes;
    },
  ),
  fc.constantFrom<Change>(
    (bytes, at) => bytes.slice(0, at),
    (bytes, at, end) => joined(bytes.subarray(0, at), bytes.subarray(end)),
    (bytes, at, end) => joined(bytes.subarray(0, end), bytes.subarray(at)),
    (bytes, at, end) => bytes.fill(0, at, end),
    (bytes, at, end) => bytes.copyWithin(0, at, end),
  ),
  fc.uint8Array({ maxLength: 9 }).map((more): Change => (bytes, at) =>
    joined(bytes.subarray(0, at), more, bytes.subarray(at))
  ),
);

const share = fc.nat(2 ** 20).map((n) => n / 2 ** 20);

/** A right file, or one that was damaged in up to three places. */
export function damaged(files: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Bytes> {
  const changes = fc.array(fc.tuple(CHANGES, share, share), { maxLength: 3 });
  return fc.tuple(files, changes).map(([file, changes]) =>
    changes.reduce<Bytes>((bytes, [change, ...places]) => {
      const [at, end] = places.map((share) => Math.floor(share * (bytes.length + 1)))
        .sort((a, b) => a - b);
      return change(bytes, at!, end!);
    }, joined(file))
  );
}

/** Any value of JSON, with the numbers and words above, and nested deeper than a stack goes. */
export const json: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(null, true, false),
        number.map((value) => Number.isFinite(value) ? value : null),
        word,
        fc.array(tie("any"), { maxLength: 3 }),
        record(tie("any")),
      ),
    })).any,
  },
  { weight: 1, arbitrary: fc.constantFrom(1000, 20_000).map((depth) => nested(depth)) },
);

function record(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.array(fc.tuple(word, value), { maxLength: 3 }).map((pairs) =>
    Object.fromEntries(pairs)
  );
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let k = 0; k < depth; k++) value = k % 2 ? [value] : { a: value };
  return value;
}

/** The text of a value, however deep; `JSON.stringify` would run out of stack. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    let [begin, end] = ["", ""];
    let at = value;
    while (typeof at === "object" && at !== null) {
      const [inner] = Object.values(at);
      [begin, end] = Array.isArray(at) ? [`${begin}[`, `]${end}`] : [`${begin}{"a":`, `}${end}`];
      at = inner;
    }
    return begin + (JSON.stringify(at) ?? "") + end; // an empty list holds nothing
  }
}

/** A value of JSON, or one changed in up to two places: replaced, left out, added or renamed. */
export function changed(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const kinds = fc.constantFrom("replace", "remove", "add", "rename");
  const changes = fc.array(fc.tuple(kinds, fc.nat(2 ** 20), json, word), { maxLength: 2 });
  return fc.tuple(values, changes).map(([value, changes]) => {
    const copy = structuredClone(value);
    for (const [kind, n, other, key] of changes) {
      const places = placesIn(copy);
      if (places.length > 0) change(kind, ...places[n % places.length]!, other, key);
    }
    return copy;
  });
}

function change(kind: string, holder: object, name: string, other: unknown, key: string): void {
  const held = (holder as Record<string, unknown>)[name];
  if (kind === "replace") return set(holder, name, other);
  if (kind === "add") return set(holder, key, other);
  if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else delete (holder as Record<string, unknown>)[name];
  if (kind === "rename") set(holder, key, held);
}

/** `__proto__` is a key like any other; a list has no keys but its places. */
function set(holder: object, key: string, value: unknown): void {
  if (Array.isArray(holder) && !Object.hasOwn(holder, key)) return void holder.push(value);
  if (key === "length" && Array.isArray(holder)) return void holder.pop();
  Object.defineProperty(holder, key, {
    value,
    ...{ enumerable: true, configurable: true, writable: true },
  });
}

function placesIn(value: unknown, depth = 8): [holder: object, key: string][] {
  if (typeof value !== "object" || value === null || depth === 0) return [];
  return Object.entries(value).flatMap(([key, held]) => [
    [value, key] as [object, string],
    ...placesIn(held, depth - 1),
  ]);
}
