/** What `evaluate` reads of any checkpoint before it opens a device: metadata, settings, weights. */
import { holds, testReader } from "../properties/properties.ts";
import fc from "fast-check";
import { planted } from "../../graphs/planted/planted.ts";
import { initialWeights } from "../../layers/parameter_layout.ts";
import { shapeOf } from "../../models/model.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { settingsOfCheckpoint } from "../../scripts/evaluate.ts";
import { readCheckpoint, readMetadata } from "../../training/files/checkpoint_file.ts";
import { rememberedOf } from "../../training/files/remembered.ts";
import { encodeSafetensors, type StoredTensor } from "../../training/files/safetensors.ts";
import { stateDict, valuesOf } from "../../training/files/state_dict.ts";
import { runSettings } from "../../training/settings.ts";
import { assertEquals } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { type Bytes, changed, damaged, json, jsonText, word } from "../properties/inputs.ts";

const graph = planted({ nodes: 20, degree: 2, tasks: 2 });
const { layout } = new RevGnn({ layers: 2, channels: 4 }, shapeOf(graph));
const WEIGHTS = initialWeights(layout, 1);
const TENSORS = stateDict(layout, WEIGHTS);

const SETTINGS = runSettings({
  ...{ experiment: "train", name: "a", scale: "own", dataset: "wordnet-frames" },
  model: { kind: "rev-gnn", layers: 2, channels: 4 },
});
/** As the first versions wrote them. */
const OLD = {
  ...{ experiment: "train", name: "a", scale: "own", dataset: "planted", epochs: 1 },
  ...{ schedule: "warm-up", warmUp: 3, learningRate: 0.1 },
  model: { kind: "rev-gat", layers: 2, channels: 4, dropout: 0, attention: { heads: 1 } },
};
const COLUMNS = { of: 9, kept: [0, 2, 8] };

const text = (value: unknown) =>
  fc.oneof(
    { weight: 6, arbitrary: changed(fc.constant(value)).map(jsonText) },
    { weight: 1, arbitrary: json.map(jsonText) },
    { weight: 1, arbitrary: word },
  );
const metadata: fc.Arbitrary<Record<string, string>> = fc.record({
  settings: fc.oneof(text(SETTINGS), text(OLD)),
  columns: text(COLUMNS),
  labelValues: text([-1, 0, 7]),
  epoch: word,
}, { requiredKeys: [] });

/** The model's tensors, of which one is of another shape, type or name, or missing. */
const tensors: fc.Arbitrary<Map<string, StoredTensor>> = fc.option(
  fc.tuple(
    fc.constantFrom(...TENSORS.keys()),
    word,
    fc.constantFrom<StoredTensor[]>(
      { shape: [1], data: Float32Array.of(NaN) },
      { shape: [0, 2 ** 40], data: new Float32Array(0) },
      { shape: Array(500).fill(1), data: Float64Array.of(1e300) },
      { shape: [2], data: BigInt64Array.of(1n, 2n) },
      { shape: [2], data: Uint8Array.of(1), dtype: "F4" },
    ),
  ),
).map((change) => {
  const all = new Map(TENSORS);
  if (change === null) return all;
  const [name, other, tensor] = change;
  if (other.length % 2 === 1) all.delete(name);
  if (other !== "__metadata__") {
    all.set(other.length % 3 === 0 ? name : other.toWellFormed(), tensor);
  }
  return all;
});

const files = fc.tuple(tensors, metadata, fc.boolean()).map(([tensors, metadata, checksums]) => {
  const plain = Object.entries(metadata).map(([key, text]) => [key, text.toWellFormed()]);
  return encodeSafetensors(tensors, Object.fromEntries(plain), { checksums });
});

testReader<Bytes>("evaluate", {
  name: "checkpoint",
  inputs: fc.oneof({ weight: 5, arbitrary: files }, { weight: 1, arbitrary: damaged(files) }),
  read: (bytes) =>
    withFolder(async (folder) => {
      const path = `${folder}/a.safetensors`;
      await Deno.writeFile(path, bytes);
      const metadata = await readMetadata(path);
      rememberedOf(metadata, path);
      if (metadata.settings !== undefined) settingsOfCheckpoint(metadata, path);
      await readCheckpoint(path, layout);
    }),
  multiple: 16,
});

Deno.test("valuesOf() reads the bits that stateDict() named", () =>
  holds(
    fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
    (values) => {
      const weights = WEIGHTS.map((_, k) => values[k % values.length]!);
      const written = stateDict(layout, weights);
      const read = stateDict(layout, valuesOf(layout, written, "a"));
      const bits = (all: typeof written) =>
        [...all].map(([name, { data }]) => [name, ...new Uint8Array(data.buffer)]);
      assertEquals(bits(read), bits(written));
    },
  ));
