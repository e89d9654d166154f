/** `ogbGraph()` on any file in the place of a prepared one. */
import { testReader } from "../../properties/properties.ts";
import fc from "fast-check";
import { ogbGraph, type OgbOptions } from "../../../graphs/ogb/ogb_graph.ts";
import { cachePath } from "../../../graphs/published/fetched.ts";
import type { OgbName } from "../../../graphs/published/ogb.ts";
import { encodeSafetensors, type StoredTensor } from "../../../training/files/safetensors.ts";
import { type Bytes, damaged } from "../../properties/inputs.ts";
import { withFolder } from "../../folder.ts";

/** Arrays of a right file: three nodes, two edges. */
const ARRAYS: Record<OgbName, Record<string, StoredTensor>> = {
  "ogbn-proteins": {
    row_ptr: words(0, 1, 2, 2),
    col_idx: words(1, 0),
    edge_features: floats([2, 2], 0.5, 1, 0.5, 1),
    x: floats([3, 2], 1, 2, 3, 4, 5, 6),
    labels: floats([3, 2], 0, 1, 1, 0, NaN, 0),
    species: words(0, 1, 0),
    ...split(),
  },
  "ogbn-arxiv": {
    row_ptr: words(0, 1, 2, 2),
    col_idx: words(1, 0),
    x: floats([3, 1], 1, 2, 3),
    classes: words(0, 39, 7),
    ...split(),
  },
  "ogbn-products": {
    row_ptr: words(0, 1, 2, 2),
    col_idx: words(1, 0),
    x: floats([3, 1], 1, 2, 3),
    classes: words(0, 46, 7),
    ...split(),
  },
  "ogbn-mag": {
    row_ptr: words(0, 1, 2, 2),
    col_idx: words(1, 0),
    x: floats([3, 1], 1, 2, 3),
    classes: words(0, 348, 7),
    ...split(),
  },
};

function split() {
  return { train: words(0), valid: words(1), test: words(2) };
}
function words(...values: number[]): StoredTensor {
  return { shape: [values.length], data: Uint32Array.from(values) };
}
function floats(shape: readonly number[], ...values: number[]): StoredTensor {
  return { shape, data: Float32Array.from(values) };
}

const names = fc.constantFrom(...Object.keys(ARRAYS) as OgbName[]);
/** Any array in the place of another, features of no columns among them. */
const array: fc.Arbitrary<StoredTensor> = fc.oneof(
  fc.array(fc.oneof(fc.nat(4), fc.constantFrom(39, 40, 2 ** 30, 2 ** 32 - 2, 2 ** 32 - 1)), {
    maxLength: 6,
  }).map((values) => words(...values)),
  fc.array(fc.float(), { maxLength: 6 }).map((values) => floats([values.length, 1], ...values)),
  fc.constantFrom<number[]>([0], [0, 5], [1e9, 0], [2 ** 52, 0]).map((shape) => floats(shape)),
);

const files = names.chain((name) =>
  fc.array(
    fc.tuple(fc.constantFrom(...Object.keys(ARRAYS[name]), "edge_features"), fc.option(array)),
    {
      maxLength: 2,
    },
  ).map((changes) => {
    const arrays: Record<string, StoredTensor> = { ...ARRAYS[name] };
    for (const [key, array] of changes) {
      if (array === null) delete arrays[key];
      else arrays[key] = array;
    }
    const metadata = { name, format: "1" };
    return {
      name,
      bytes: encodeSafetensors(new Map(Object.entries(arrays)), metadata, { checksums: true }),
    };
  })
);

interface Call {
  readonly name: OgbName;
  readonly bytes: Bytes;
  readonly options: OgbOptions;
}
const calls: fc.Arbitrary<Call> = fc.oneof(
  { weight: 3, arbitrary: files },
  {
    weight: 1,
    arbitrary: files.chain(({ name, bytes }) =>
      damaged(fc.constant(bytes)).map((bytes) => ({ name, bytes }))
    ),
  },
).chain((file) =>
  fc.record({ symmetric: fc.boolean(), selfLoops: fc.boolean() }, { requiredKeys: [] })
    .map((options) => ({ ...file, options }))
);

testReader<Call>("ogbGraph()", {
  name: "ogb_graph",
  inputs: calls,
  read: ({ name, bytes, options }) =>
    withFolder(async (cache) => {
      await Deno.writeFile(cachePath(cache, name), bytes);
      await ogbGraph(name, { cache, ...options });
    }),
  multiple: 16,
  bytesOf: ({ bytes }) => bytes.length,
  ofFile(bytes) {
    const text = new TextDecoder("latin1").decode(bytes);
    const name = Object.keys(ARRAYS).find((name) => text.includes(`"${name}"`)) as OgbName;
    return { name, bytes, options: name === "ogbn-proteins" ? {} : { selfLoops: true } };
  },
});
