import { openGpu } from "../../gpu/gpu.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { linear, linearBackwardInput } from "../../kernels/linear.ts";
import { normAct, normActBackward } from "../../kernels/norm_act.ts";
import type { Branch } from "../../layers/branch.ts";
import type { Pass } from "../../layers/pass.ts";
import { type Parameter, ParameterLayout } from "../../layers/parameter_layout.ts";
import { Parameters } from "../../layers/parameters.ts";
import { ReversibleLayer } from "../../layers/reversible.ts";
import { RecomputedStack } from "../../layers/recomputed_stack.ts";
import { ReversibleStack, type Stack } from "../../layers/reversible_stack.ts";
import { StoredStack } from "../../layers/stored_stack.ts";
import { assert, assertEquals } from "../assert.ts";
import { assertClose, read, rounded, upload } from "../kernels/device.ts";
import { float32 } from "../kernels/graphs.ts";
import { coupling, couplingBackward } from "../reference/coupling.ts";
import { genBlock, genBlockBackward } from "../reference/gen_block.ts";
import { columns } from "../reference/copy_columns.ts";
import { type Dense, largestError, random } from "../reference/matrix.ts";
import { DRIFT_PER_LAYER, KERNEL, MODEL } from "../tolerances.ts";
import { edgeFeatures, graph, makeBlocks, roughWeights } from "./blocks.ts";

/** Fills no vec4. */
const CHANNELS = 6;
const RATE = 0.2;

/** A matrix group by group, as the layers take it. */
function parts(x: Dense, groups: number): Dense[] {
  const width = x.cols / groups;
  return Array.from({ length: groups }, (_, i) => columns(x, i * width, width));
}

function uploadParts(x: Dense, groups: number): Tensor[] {
  return parts(x, groups).map(upload);
}

/** Layers of GEN blocks, a state and a gradient for them, and the reference's answers. */
function makeCase(depth: number, groups: number) {
  const made = makeBlocks(depth, groups, CHANNELS, RATE);
  const layers = made.blocks.map((blocks) => new ReversibleLayer(blocks));
  const [x, dy] = [1, 2].map((seed) => rounded(random(graph.nodes, groups * CHANNELS, seed)));
  const inputs: Dense[][] = [];
  let y = x!;
  for (let layer = 0; layer < depth; layer++) {
    const forward = coupling(
      y,
      groups,
      (group, x) =>
        genBlock(graph, edgeFeatures, made.outer, made.params(layer, group), x, made.mask(group)),
    );
    inputs.push(forward.inputs);
    y = forward.y;
  }
  const dx = () =>
    inputs.reduceRight((dy, inputs, layer) =>
      couplingBackward(dy, inputs, (group, x, dy) => {
        const [params, mask] = [made.params(layer, group), made.mask(group)];
        return genBlockBackward(graph, edgeFeatures, made.outer, params, x, dy, mask).dx;
      }), dy!);
  return { layers, pass: made.pass, x: x!, y, dy: dy!, dx };
}

async function assertParts(actual: Tensor[], expected: Dense, tolerance: number, what: string) {
  for (const [i, part] of parts(expected, actual.length).entries()) {
    await assertClose(actual[i]!, part, tolerance, `group ${i} of ${what}`);
  }
}

for (const groups of [2, 3, 4]) {
  Deno.test(`ReversibleLayer equals the reference forward and back, C = ${groups}`, async () => {
    const { layers, pass, x, y, dy, dx } = makeCase(3, groups);
    const state = uploadParts(x, groups);
    for (const layer of layers) layer.forward(pass, state);
    await assertParts(state, y, KERNEL, "y");
    const gradient = uploadParts(dy, groups);
    for (const layer of layers.toReversed()) layer.backward(pass, state, gradient);
    await assertParts(gradient, dx(), MODEL, "dx");
  });

  Deno.test(`ReversibleLayer has the same gradients from storage, C = ${groups}`, async () => {
    const { layers, pass, x, dy, dx } = makeCase(3, groups);
    const [state, plain] = [uploadParts(x, groups), uploadParts(x, groups)];
    const stored = layers.map((layer) => layer.forwardStored(pass, state));
    for (const layer of layers) layer.forward(pass, plain);
    for (const [i, part] of state.entries()) assertEquals(await read(part), await read(plain[i]!));
    const gradient = uploadParts(dy, groups);
    for (const [i, layer] of [...layers.entries()].toReversed()) {
      layer.backwardStored(pass, stored[i]!, gradient);
    }
    await assertParts(gradient, dx(), MODEL, "dx");
  });

  for (const depth of [1, 64]) {
    Deno.test(`ReversibleLayer rebuilds its input, depth ${depth}, C = ${groups}`, async () => {
      const { layers, pass, x, dy } = makeCase(depth, groups);
      const [state, gradient] = [uploadParts(x, groups), uploadParts(dy, groups)];
      for (const layer of layers) layer.forward(pass, state);
      for (const layer of layers.toReversed()) layer.backward(pass, state, gradient);
      await assertParts(state, x, depth * DRIFT_PER_LAYER, "x");
    });
  }
}

Deno.test("ReversibleLayer rebuilds its input, depth 1001, C = 2", async () => {
  using gpu = await openGpu();
  const layout = new ParameterLayout();
  const layer = new ReversibleLayer([0, 1].map((i) => new SmallBranch(layout, `${i}`, CHANNELS)));
  using parameters = new Parameters(gpu, layout, roughWeights(layout, 1));
  using device = new DeviceGraph(gpu, graph);
  const pass = { mode: "evaluation", graph: device, parameters } as const;
  const x = [1, 2].map((seed) => float32(rounded(random(graph.nodes, CHANNELS, seed))));
  const [state, gradient] = [x, x].map((parts) => parts.map((part) => gpu.upload(part)));
  for (let i = 0; i < 1001; i++) layer.forward(pass, state!);
  const after = await gpu.read(...state!);
  for (let i = 0; i < 1001; i++) layer.backward(pass, state!, gradient!);
  const rebuilt = await gpu.read(...state!);
  for (const [i, { data }] of x.entries()) {
    assert(largestError(after[i]!, data) > 1);
    const error = largestError(rebuilt[i]!, data);
    if (!(error <= 1001 * DRIFT_PER_LAYER)) throw new Error(`group ${i} is off by ${error}`);
  }
});

const STACKS: Record<string, (layers: readonly ReversibleLayer<Disposable>[]) => Stack> = {
  ReversibleStack: (layers) => new ReversibleStack(new ParameterLayout(), layers),
  "RecomputedStack by segments of 1": (layers) => new RecomputedStack(layers, 1),
  RecomputedStack: (layers) => new RecomputedStack(layers),
  StoredStack: (layers) => new StoredStack(layers),
};

for (const [name, stackOf] of Object.entries(STACKS)) {
  for (const groups of [2, 3]) {
    Deno.test(`${name} applies its layers in turn, and goes back, C = ${groups}`, async () => {
      const { layers, pass, x, y, dy, dx } = makeCase(5, groups);
      const stack = stackOf(layers);
      const [state, gradient] = [uploadParts(x, groups), uploadParts(dy, groups)];
      using saved = stack.forward(pass, state);
      await assertParts(state, y, KERNEL, "y");
      stack.backward(pass, state, gradient, saved);
      await assertParts(gradient, dx(), MODEL, "dx");
      const isRebuilt = stack instanceof ReversibleStack;
      await assertParts(state, isRebuilt ? x : y, 5 * DRIFT_PER_LAYER, "the state at the end");
    });
  }
}

Deno.test("RecomputedStack makes segments of about the root of its layers", () => {
  const { layers } = makeCase(1, 2);
  const ofSegment = (depth: number) =>
    new RecomputedStack(Array.from({ length: depth }, () => layers[0]!)).ofSegment;
  assertEquals([1, 4, 5, 9, 112, 1001].map(ofSegment), [1, 2, 3, 3, 11, 32]);
});

Deno.test("ReversibleStack repeats its layers up to its depth", async () => {
  const { layers, pass, x } = makeCase(2, 2);
  const stack = new ReversibleStack(new ParameterLayout(), layers, 5);
  const [state, plain] = [uploadParts(x, 2), uploadParts(x, 2)];
  using _saved = stack.forward(pass, state);
  for (const i of [0, 1, 0, 1, 0]) layers[i]!.forward(pass, plain);
  for (const [i, part] of state.entries()) assertEquals(await read(part), await read(plain[i]!));
});

/** f(x) = Linear(ReLU(LayerNorm(x))): a branch of few launches. */
class SmallBranch implements Branch<SmallSaved> {
  readonly #norm: Parameter;
  readonly #linear: Parameter;

  constructor(layout: ParameterLayout, name: string, channels: number) {
    this.#norm = layout.norm(`${name}.norm`, channels);
    this.#linear = layout.linear(`${name}.linear`, channels, channels);
  }

  forward({ parameters }: Pass, x: Tensor, y: Tensor, sign: 1 | -1): SmallSaved {
    const { y: active, moments } = normAct(x, parameters.weight(this.#norm));
    linear(active, parameters.weight(this.#linear), { y, sign });
    using _active = active;
    return { x, moments, [Symbol.dispose]: () => moments[Symbol.dispose]() };
  }

  backward({ parameters }: Pass, dy: Tensor, saved: SmallSaved, into?: Tensor): Tensor {
    using dActive = linearBackwardInput(dy, parameters.weight(this.#linear));
    return normActBackward(saved.x, parameters.weight(this.#norm), saved.moments, dActive, {
      into,
    });
  }
}

interface SmallSaved extends Disposable {
  readonly x: Tensor;
  readonly moments: Tensor;
}
