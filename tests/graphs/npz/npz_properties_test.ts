/** `Npz` and `npzGraph()` on any archive. */
import { assertSentence, holds, testReader } from "../../properties/properties.ts";
import fc from "fast-check";
import { Npz } from "../../../graphs/npz/npz.ts";
import { npzGraph, type NpzOptions } from "../../../graphs/npz/npz_graph.ts";
import { assertEquals } from "../../assert.ts";
import { type Bytes, damaged, garbage, joined, number } from "../../properties/inputs.ts";
import { type Arrays, BENCHMARK, HETEROPHILOUS } from "../npz_fixtures.ts";
import { array, npy, npz, type WrittenArray } from "../npz_writer.ts";
import { zipOf } from "../zip_writer.ts";

/** Deflate's highest ratio, and the bytes that a value of one byte is read to on the way. */
const MULTIPLE = 1032 * 16;

const layouts = fc.record({
  deflate: fc.boolean(),
  wide: fc.boolean(),
  descriptors: fc.boolean(),
  comment: fc.constantFrom("", "PK\x05\x06", "PK\x01\x02"),
});

function members(arrays: Arrays): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [
      `${name}.npy`,
      array instanceof Uint8Array ? array : npy(array),
    ]),
  );
}

const fixtures = fc.constantFrom(BENCHMARK, HETEROPHILOUS);
const archives = fc.tuple(fixtures, layouts).map(([arrays, layout]) =>
  zipOf(members(arrays), layout)
);

testReader("Npz", {
  name: "npz",
  inputs: fc.oneof(
    { weight: 4, arbitrary: damaged(archives) },
    { weight: 1, arbitrary: garbage(zipOf({}), zipOf(members(BENCHMARK)).subarray(0, 40)) },
  ),
  read(bytes) {
    const npz = new Npz("a.npz", bytes);
    for (const name of npz.names) npz.read(name);
  },
  multiple: MULTIPLE,
});

/** All arrays of an archive. */
function readAll(bytes: Uint8Array) {
  const npz = new Npz("a.npz", bytes);
  return Object.fromEntries(npz.names.map((name) => [name, npz.read(name)]));
}

Deno.test("Npz reads members as they were written, by any layout and under any name", () =>
  holds(fc.tuple(fixtures, layouts, fc.string({ unit: "grapheme", minLength: 1 })), (input) => {
    const [arrays, layout, name] = input;
    if (/[\p{Cc}\p{Cs}\ufffd]/u.test(name) || name.endsWith(".npy")) return;
    const named = { ...arrays, [name]: array("<i4", [2], [3, 4]) };
    assertEquals(readAll(zipOf(members(named), layout)), readAll(npz(named)));
  }));

Deno.test("Npz refuses an archive damaged anywhere, or reads the same", () =>
  holds(
    fc.tuple(fixtures, layouts).chain(([arrays, layout]) =>
      damaged(fc.constant(zipOf(members(arrays), layout))).map((bytes) => ({ arrays, bytes }))
    ),
    ({ arrays, bytes }) => {
      let found: ReturnType<typeof readAll>;
      try {
        found = readAll(bytes);
      } catch (error) {
        return assertSentence(error);
      }
      // A changed directory may be of fewer members, or of one of another name.
      for (const [name, array] of Object.entries(found)) {
        const written = Object.values(readAll(npz(arrays)));
        const same = name in arrays ? [readAll(npz(arrays))[name]!] : written;
        assertEquals(
          same.find(({ data }) =>
            data.length === array.data.length &&
            data.every((value, k) => Object.is(value, array.data[k]))
          )?.shape,
          array.shape,
        );
      }
    },
  ));

const TYPES = ["|b1", "|u1", "<i4", "<i8", "<f4", "<f8"];
/** An array of few values, of a type that holds them, and of a shape that may have any size beside a 0. */
const entry: fc.Arbitrary<WrittenArray | Uint8Array> = fc.oneof(
  fc.tuple(
    fc.constantFrom(...TYPES),
    fc.array(fc.oneof(fc.nat(7), fc.constant(-1), number), { maxLength: 12 }),
    fc.array(fc.oneof(fc.constantFrom(0, 1, 2, 5, 6), fc.constantFrom(2 ** 24, 1e9, 1e15)), {
      maxLength: 3,
    }),
    fc.boolean(),
  ).map(([descr, values, shape, own]) => {
    const whole = descr === "<i8"
      ? values.map((value) => Number.isSafeInteger(value) ? value : 0)
      : values;
    return own
      ? array(descr, [values.length], whole)
      : array(descr, shape, shape.includes(0) ? [] : whole);
  }),
  fc.uint8Array({ maxLength: 30 }),
);

const NAMES = [...new Set([...Object.keys(BENCHMARK), ...Object.keys(HETEROPHILOUS)])];
const names = fc.constantFrom(
  ...NAMES,
  "attr_matrix",
  "adj_data",
  "edge_weights",
  "train_idx",
  "val_idx",
);

/** A graph of which some entries are others, or missing. */
const graphs: fc.Arbitrary<Arrays> = fc.tuple(
  fixtures,
  fc.array(fc.tuple(names, fc.option(entry)), { maxLength: 2 }),
).map(([arrays, changes]) => {
  const all: Record<string, WrittenArray | Uint8Array> = { ...arrays };
  for (const [name, array] of changes) {
    if (array === null) delete all[name];
    else all[name] = array;
  }
  return all;
});

const options: fc.Arbitrary<NpzOptions> = fc.record({
  split: fc.constantFrom(0, 0, 1, 2, 2 ** 40),
  symmetric: fc.boolean(),
  seed: fc.nat(9),
  features: fc.constantFrom(1, 2, 2 ** 40),
  makeFeatures: fc.constantFrom("constant", "degree", "one-hot"),
  columns: fc.constant({ of: 3, kept: Uint32Array.of(0, 2) }),
  labelValues: fc.constantFrom([0, 1], [0, 1, 2], [7, 8]),
}, { requiredKeys: [] });

interface Call {
  readonly bytes: Bytes;
  readonly options: NpzOptions;
}

testReader<Call>("npzGraph()", {
  name: "npz_graph",
  inputs: fc.record({
    bytes: fc.oneof(
      { weight: 4, arbitrary: graphs.map((arrays) => joined(npz(arrays))) },
      { weight: 1, arbitrary: damaged(graphs.map((arrays) => npz(arrays))) },
    ),
    options,
  }),
  async read({ bytes, options }) {
    const path = await Deno.makeTempFile({ suffix: ".npz" });
    try {
      await Deno.writeFile(path, bytes);
      await npzGraph(path, options);
    } finally {
      await Deno.remove(path);
    }
  },
  // Features are held dense, at most 512 MiB of them, and those of chosen columns beside all.
  base: 2 ** 30,
  multiple: MULTIPLE,
  bytesOf: ({ bytes }) => bytes.length,
  ofFile: (bytes) => ({ bytes, options: { features: 2 } }),
});
