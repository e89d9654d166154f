/**
 * Graphs and values with which no number in a model comes near a kink, where a rounding would change which
 * neighbour wins a maximum or whether a ReLU passes, and with it a gradient by far more. A few seeds in a
 * hundred of plain random values do; comparisons on these hold with every seed.
 */
import type { Graph } from "../../graphs/graph.ts";
import { planted } from "../../graphs/planted/planted.ts";
import type { PlantedGiven } from "../../graphs/settings.ts";
import type { Device } from "../../gpu/tensor.ts";
import { forEachWord, initialWeights, type Parameter } from "../../layers/parameter_layout.ts";
import type { Model } from "../../models/model.ts";
import type { RevGnn } from "../../models/rev_gnn.ts";
import { assert, assertEquals } from "../assert.ts";
import { mulberry32 } from "../reference/matrix.ts";
import { MODEL } from "../tolerances.ts";
import { assertTensorsClose, stepOf, storing } from "./step.ts";

/** Of values and masks; any would do. */
export const SEEDS = [0, 1, 2] as const;

/** What edges' ranks add to messages at least: more than any two neighbours' states can differ by. */
const BETWEEN_RANKS = 3;
/** The same where nothing is won: messages stay below 10, at which powers are cut. */
const LITTLE = 0.05;
/** How far a norm's output strays from its shift, of ±1. */
const STRAY = 0.9;

/** A planted graph whose edges have one feature, their place among their target's: 0, 1, 2 … */
export function rankedEdges(options: PlantedGiven): Graph {
  const graph = planted(options);
  const { rowPtr, nodes, colIdx } = graph;
  const data = new Float32Array(colIdx.length);
  for (let node = 0; node < nodes; node++) {
    for (let edge = rowPtr[node]!; edge < rowPtr[node + 1]!; edge++) {
      data[edge] = edge - rowPtr[node]!;
    }
  }
  return { ...graph, edgeFeatures: { rows: colIdx.length, cols: 1, data } };
}

/**
 * Flat values: norms give ±1 by channel and up to 0.9 beside it, so that two channels of three are
 * passed by ReLU and one never; edges of other ranks bring messages apart; scores of attention are sums
 * of what is positive. All else is as drawn.
 */
export function smoothWeights(
  model: Pick<Model, "layout" | "options">,
  nodes: number,
  seed: number,
) {
  const { layout, options } = model;
  const values = initialWeights(layout, seed);
  const next = mulberry32(seed);
  const { convolution } = options;
  const won = convolution.kind !== "gen" || convolution.aggregation.kind === "max";
  const apart = won ? BETWEEN_RANKS : LITTLE;
  const fill = (parameter: Parameter, value: (row: number, col: number, old: number) => number) =>
    forEachWord(parameter, (word, row, col) => values[word] = value(row, col, values[word]!));
  for (const parameter of layout.parameters) {
    const { name, rows, cols } = parameter;
    if (/norm$|mlp\.1$/.test(name)) {
      // A normalised number is at most the root of how many there are.
      const most = Math.sqrt(options.norm === "batch" ? nodes : cols);
      const scale = STRAY / most;
      const shift = (channel: number) => channel % 3 === 2 ? -1 : 1;
      fill(parameter, (row, col) => row === 0 ? scale * (0.5 + next() / 2) : shift(col));
    } else if (name === "edge_encoder") {
      fill(parameter, (row) => Number(row < rows - 1));
    } else if (name.endsWith(".edge_encoder")) {
      // The last row is the bias.
      const share = apart / (rows - 1);
      fill(parameter, (row) => row < rows - 1 ? share * (1 + next()) : 0.1 + next());
    } else if (/\.(fc|attn_l|attn_r)$/.test(name)) {
      fill(parameter, (_row, _col, old) => Math.abs(old));
    }
  }
  return values;
}

/** Fails unless gradients rebuilt from the last state are those of stored activations, by every seed. */
export async function assertRebuilds(
  gpu: Device,
  model: RevGnn,
  graph: Graph,
  assertClose: typeof assertTensorsClose = assertTensorsClose,
): Promise<void> {
  for (const seed of SEEDS) {
    const values = smoothWeights(model, graph.nodes, seed);
    const rebuilt = await stepOf(gpu, model, graph, values, seed);
    const stored = await stepOf(gpu, storing(model), graph, values, seed);
    assertEquals(rebuilt.loss, stored.loss);
    assert(rebuilt.gradients.some((gradient) => gradient !== 0));
    assertClose(model, rebuilt.gradients, stored.gradients, MODEL);
  }
}
