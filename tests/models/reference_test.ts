/** Whole models against the float64 reference; errors are relative to a matrix's largest element. */
import type { Graph } from "../../graphs/graph.ts";
import { planted } from "../../graphs/planted/planted.ts";
import type { PlantedGiven } from "../../graphs/settings.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf } from "../../models/model.ts";
import type { ModelGiven } from "../../models/options.ts";
import { assertEquals } from "../assert.ts";
import { gpu } from "../kernels/device.ts";
import { matricesOf } from "../reference/matrix.ts";
import { MODEL } from "../tolerances.ts";
import { gnnParams, steadyStep } from "./reference.ts";
import { assertValuesClose, stepOf } from "./step.ts";

/** Each the first of seeds, of which one that is steady is taken. */
const SEEDS = [0, 100] as const;

interface Case {
  readonly groups: number;
  readonly channels: number;
  readonly dropout?: number;
  readonly graph?: PlantedGiven;
  readonly labels?: true;
  readonly labelHops?: number;
}

/** Widths that fill no vec4; masks and edges of every kind there is, and none. */
const CASES: Record<string, Case> = {
  "C = 1, 6 channels": { groups: 1, channels: 6 },
  "C = 1, 5 channels, categories": { groups: 1, channels: 5, graph: { categories: 3 } },
  "C = 2, 3 channels a group": { groups: 2, channels: 6 },
  "C = 2, 5 channels a group, categories": { groups: 2, channels: 10, graph: { categories: 5 } },
  "C = 3, 3 channels a group": { groups: 3, channels: 9 },
  "C = 3, 4 channels a group, no dropout": { groups: 3, channels: 12, dropout: 0 },
  "C = 2, no edge features": { groups: 2, channels: 6, graph: { edgeFeatures: 0 } },
  "C = 2, no node features": { groups: 2, channels: 6, graph: { features: 0 } },
  "C = 1, labels as inputs": { groups: 1, channels: 6, labels: true },
  "C = 2, labels as inputs over two hops, categories": {
    ...{ groups: 2, channels: 10, labels: true, labelHops: 2 },
    graph: { categories: 5 },
  },
  "C = 2, one task": { groups: 2, channels: 6, graph: { tasks: 1 } },
  "C = 1, no edges": { groups: 1, channels: 6, graph: { degree: 0 } },
  "C = 2, no edges": { groups: 2, channels: 6, graph: { degree: 0 } },
};

for (
  const [title, { groups, channels, dropout = 0.2, graph: options, labels, labelHops = 0 }]
    of Object.entries(
      CASES,
    )
) {
  const kind = groups === 1 ? "res-gnn" : "rev-gnn";
  Deno.test(`buildModel()'s step equals the reference, ${title}`, async () => {
    const graph = planted({
      nodes: 70,
      degree: 4,
      features: 5,
      edgeFeatures: 3,
      tasks: 3,
      ...options,
    });
    const ofLabels = labels && { labels, labelHops, labelIterations: 0 };
    const model = { kind, layers: 2, channels, groups, dropout, ...ofLabels } as ModelGiven;
    await compare(graph, model);
  });
}

Deno.test("buildModel()'s step equals the reference, with isolated nodes among others", async () => {
  const graph = isolate(planted({ nodes: 40, degree: 4 }), [0, 17, 39]);
  for (const groups of [1, 2]) {
    const kind = groups === 1 ? "res-gnn" : "rev-gnn";
    await compare(graph, { kind, layers: 2, channels: 6, groups, dropout: 0.2 } as ModelGiven);
  }
});

Deno.test("buildModel()'s step equals the reference on a single node", async () => {
  const graph = planted({ nodes: 1, degree: 0 });
  await compare(graph, { kind: "rev-gnn", layers: 2, channels: 6, groups: 2, dropout: 0.2 });
});

async function compare(graph: Graph, options: Parameters<typeof buildModel>[0]): Promise<void> {
  const model = buildModel(options, shapeOf(graph));
  for (const from of SEEDS) {
    const { seed, values, expected } = steadyStep(model, graph, from);
    const actual = await stepOf(gpu, model, graph, values, seed);
    assertValuesClose("logits", actual.logits, expected.logits.data, MODEL);
    assertValuesClose("loss", [actual.loss], [expected.loss], MODEL);
    const gradients = matricesOf(gnnParams(model, actual.gradients));
    const expectations = new Map(matricesOf(expected.gradients));
    assertEquals(gradients.length, expectations.size);
    for (const [name, { data }] of gradients) {
      assertValuesClose(name, data, expectations.get(name)!.data, MODEL);
    }
  }
}

/** The graph without the edges of some nodes. */
function isolate(graph: Graph, isolated: readonly number[]): Graph {
  const { nodes, edgeFeatures: { data, cols } } = graph;
  const rowPtr = new Uint32Array(nodes + 1);
  const kept: number[] = [];
  for (let node = 0; node < nodes; node++) {
    for (let edge = graph.rowPtr[node]!; edge < graph.rowPtr[node + 1]!; edge++) {
      if (!isolated.includes(node) && !isolated.includes(graph.colIdx[edge]!)) kept.push(edge);
    }
    rowPtr[node + 1] = kept.length;
  }
  const rows = kept.map((edge) => [...data.subarray(edge * cols, (edge + 1) * cols)]);
  return {
    ...graph,
    rowPtr,
    colIdx: Uint32Array.from(kept, (edge) => graph.colIdx[edge]!),
    edgeFeatures: { rows: kept.length, cols, data: Float32Array.from(rows.flat()) },
  };
}
