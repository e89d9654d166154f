import { initialWeights, ParameterLayout } from "../../layers/parameter_layout.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { stateDict, valuesOf } from "../../training/checkpoints.ts";
import { decodeSafetensors, encodeSafetensors } from "../../training/safetensors.ts";
import { assertEquals, assertThrows } from "../assert.ts";

/** A linear map with a bias, a norm, a map without bias and an array, 64 words from one to the next. */
function smallLayout() {
  const layout = new ParameterLayout();
  layout.linear("encoder", 2, 3);
  layout.norm("norm", 5);
  layout.linear("fc", 2, 3, { bias: false });
  layout.array("attn_l", [1, 2, 3], { constant: 0 });
  return layout;
}

/** Its flat buffer, every value the number of its word. */
const WORDS = Float32Array.from({ length: 256 }, (_, word) => word);

const SMALL = {
  "encoder.weight": { shape: [3, 2], data: Float32Array.of(0, 4, 1, 5, 2, 6) },
  "encoder.bias": { shape: [3], data: Float32Array.of(8, 9, 10) },
  "norm.weight": { shape: [5], data: Float32Array.of(64, 65, 66, 67, 68) },
  "norm.bias": { shape: [5], data: Float32Array.of(72, 73, 74, 75, 76) },
  "fc.weight": { shape: [3, 2], data: Float32Array.of(128, 132, 129, 133, 130, 134) },
  "attn_l": { shape: [1, 2, 3], data: Float32Array.of(192, 193, 194, 195, 196, 197) },
};

Deno.test("stateDict() names and transposes as the public code does", () => {
  assertEquals(Object.fromEntries(stateDict(smallLayout(), WORDS)), SMALL);
});

Deno.test("valuesOf() puts tensors into their words and zeros between them", () => {
  const values = valuesOf(smallLayout(), new Map(Object.entries(SMALL)), "small");
  const held = new Set(Object.values(SMALL).flatMap(({ data }) => [...data]));
  assertEquals(values, WORDS.map((word) => held.has(word) ? word : 0));
});

Deno.test("valuesOf() takes a checkpoint's file back bit for bit", () => {
  const shape = { features: 3, categories: 4, edgeFeatures: 2, tasks: 5 };
  const { layout } = new RevGnn({ layers: 2, channels: 6 }, shape);
  const values = initialWeights(layout, 1);
  const file = encodeSafetensors(stateDict(layout, values));
  assertEquals(valuesOf(layout, decodeSafetensors(file, "a file").tensors, "a file"), values);
});

Deno.test("stateDict() wants a whole buffer", () => {
  const message = "Cannot name 3 values: the model's buffer has 256 words";
  assertThrows(() => stateDict(smallLayout(), new Float32Array(3)), RangeError, message);
});

Deno.test("valuesOf() says which tensor is missing, unknown or unfit", () => {
  const load = (change: Record<string, unknown>) => {
    const entries = Object.entries({ ...SMALL, ...change }).filter(([, tensor]) => tensor);
    return () => valuesOf(smallLayout(), new Map(entries as []), "a.safetensors");
  };
  const cases: [Record<string, unknown>, string][] = [
    [{ "norm.bias": undefined }, `tensor "norm.bias" is missing, the model needs [5]`],
    [{ "head.bias": SMALL["norm.bias"] }, `the model has no tensor "head.bias"`],
    [
      { "encoder.weight": { ...SMALL["encoder.weight"], shape: [2, 3] } },
      `tensor "encoder.weight" is [2, 3], the model needs [3, 2]`,
    ],
    [
      { "norm.weight": { shape: [5], data: new Int32Array(5) } },
      `tensor "norm.weight" holds whole numbers, the model needs floats`,
    ],
  ];
  for (const [change, message] of cases) {
    assertThrows(load(change), RangeError, `Cannot load a.safetensors: ${message}`);
  }
});
