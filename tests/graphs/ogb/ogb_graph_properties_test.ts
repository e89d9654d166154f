/** `ArrayFile` and `ogbGraph()` on any file in the place of a prepared one. */
import { holds, testReader } from "../../properties/properties.ts";
import fc from "fast-check";
import { ArrayFile, ArrayFileWriter } from "../../../graphs/files/array_file.ts";
import { encodeHeader } from "../../../graphs/files/safetensors_header.ts";
import { ogbGraph, type OgbOptions } from "../../../graphs/ogb/ogb_graph.ts";
import { cachePath } from "../../../graphs/published/fetched.ts";
import type { OgbName } from "../../../graphs/published/ogb.ts";
import { encodeSafetensors, type StoredTensor } from "../../../training/files/safetensors.ts";
import { assertEquals } from "../../assert.ts";
import { type Bytes, changed, damaged, joined, json, jsonText } from "../../properties/inputs.ts";
import { withFolder } from "../ogb_archives.ts";

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
  ofFile: (bytes) => ({ name: "ogbn-arxiv", bytes, options: {} }),
});

/** Headers that a checksum vouches for, of what nobody wrote. */
const HEADER = {
  __metadata__: { name: "test", crc32: "00000000 00000000" },
  a: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
};
const headers = fc.oneof(changed(fc.constant(HEADER)), json).map((header) => {
  const text = new TextEncoder().encode(jsonText(header));
  const head = encodeHeader({ entries: [], metadata: {}, checksums: undefined }).slice(0, 8);
  new DataView(head.buffer).setBigUint64(0, BigInt(text.length), true);
  return joined(head, text, new Uint8Array(8));
});

testReader<Bytes>("ArrayFile.open()", {
  name: "array_file",
  inputs: fc.oneof(headers, damaged(files.map(({ bytes }) => bytes))),
  read: (bytes) =>
    withFolder(async (folder) => {
      await Deno.writeFile(`${folder}/a`, bytes);
      using file = await ArrayFile.open(`${folder}/a`);
      await file.floats("x");
      await file.integers("row_ptr");
    }),
  multiple: 4,
});

Deno.test("ArrayFile reads the bits that ArrayFileWriter was given", () =>
  holds(
    fc.tuple(
      fc.uint32Array({ maxLength: 20 }),
      fc.string({ unit: "grapheme", maxLength: 9 }),
      fc.string({ unit: "grapheme", maxLength: 9 }),
    ),
    ([bits, name, text]) =>
      withFolder(async (folder) => {
        const path = `${folder}/a`;
        const shape = [bits.length];
        const own = Uint32Array.from(bits);
        const [x, y] = [`${name}x`, `${name}y`];
        {
          const arrays = { [x]: { type: "F32", shape }, [y]: { type: "U32", shape } } as const;
          using writer = await ArrayFileWriter.create(path, arrays, { text });
          await writer.append(x, new Float32Array(own.buffer));
          await writer.append(y, own);
          await writer.finish();
        }
        using file = await ArrayFile.open(path);
        const { data } = await file.floats(x);
        assertEquals(new Uint32Array(data.buffer), own);
        assertEquals(await file.integers(y), own);
        assertEquals({ ...file.metadata }, { text });
      }),
  ));
