/** The paper's complexity table: what a step takes by layers L, nodes N, a batch's nodes B, channels D. */
import type { ModelOptions } from "../models/model.ts";
import type { RunSettings } from "../training/row.ts";
import { type Experiment, type Scale, withoutFigures } from "./experiment.ts";
import { BATCH, CHANNELS, DEPTH, NODES, type Variable } from "./variable.ts";

/** What a step's cost grows with. */
export const SIZES = ["L", "N", "B", "D"] as const;
export type Size = typeof SIZES[number];

export const VARIABLES: Readonly<Record<Size, Variable>> = {
  L: DEPTH,
  N: NODES,
  B: BATCH,
  D: CHANNELS,
};

/** A power of each size; of what is not named, the power 0. */
export type Powers = Readonly<Partial<Record<Size, number>>>;

/** A line of the paper's table. */
export interface Method {
  readonly name: string;
  /** As the paper prints them. */
  readonly activations: string;
  readonly parameters: string;
  /** Whose runs measure it; absent where no model of ours is meant. */
  readonly measured?: {
    readonly kind: ModelOptions["kind"];
    readonly tied: boolean;
    /** Whether a batch is a random part of the graph; else it is the graph, and B is N. */
    readonly byParts: boolean;
    readonly activations: Powers;
    readonly parameters: Powers;
  };
}

const stored = { L: 1, N: 1, D: 1 };
const rebuilt = { N: 1, D: 1 };
const untied = { L: 1, D: 2 };
const tied = { D: 2 };

/** Line by line as the paper has them, a line that speaks of several models once for each of ours. */
export const METHODS: readonly Method[] = [
  {
    name: "ResGNN",
    activations: "O(LND)",
    parameters: "O(LD²)",
    measured: {
      kind: "res-gnn",
      tied: false,
      byParts: false,
      activations: stored,
      parameters: untied,
    },
  },
  { name: "GraphSAGE, R neighbours", activations: "O(RᴸBD)", parameters: "O(LD²)" },
  {
    name: "ResGNN by parts",
    activations: "O(LBD)",
    parameters: "O(LD²)",
    measured: {
      kind: "res-gnn",
      tied: false,
      byParts: true,
      activations: { L: 1, B: 1, D: 1 },
      parameters: untied,
    },
  },
  {
    name: "WT-ResGNN",
    activations: "O(LND)",
    parameters: "O(D²)",
    measured: {
      kind: "res-gnn",
      tied: true,
      byParts: false,
      activations: stored,
      parameters: tied,
    },
  },
  {
    name: "RevGNN",
    activations: "O(ND)",
    parameters: "O(LD²)",
    measured: {
      kind: "rev-gnn",
      tied: false,
      byParts: false,
      activations: rebuilt,
      parameters: untied,
    },
  },
  {
    name: "WT-RevGNN",
    activations: "O(ND)",
    parameters: "O(D²)",
    measured: {
      kind: "rev-gnn",
      tied: true,
      byParts: false,
      activations: rebuilt,
      parameters: tied,
    },
  },
  {
    name: "DEQ-GNN",
    activations: "O(ND)",
    parameters: "O(D²)",
    measured: {
      kind: "deq-gnn",
      tied: false,
      byParts: false,
      activations: rebuilt,
      parameters: tied,
    },
  },
  {
    name: "RevGNN by parts",
    activations: "O(BD)",
    parameters: "O(LD²)",
    measured: {
      kind: "rev-gnn",
      tied: false,
      byParts: true,
      activations: { B: 1, D: 1 },
      parameters: untied,
    },
  },
];

/** The line of the table that a run measures. */
export function methodOf({ model, parts }: RunSettings): Method | undefined {
  return METHODS.find(({ measured }) =>
    measured && measured.kind === model.kind && measured.tied === (model.tied ?? false) &&
    measured.byParts === parts > 1
  );
}

/** One size after another varies, the others stay as they are beside it. */
interface Sizes {
  readonly vary: Readonly<Record<Size, readonly number[]>>;
  /** Of the layers' sweep: deep and narrow; of all others: wide and shallow. */
  readonly deep: Readonly<Record<"N" | "D", number>>;
  readonly wide: Readonly<Record<"L" | "N" | "D", number>>;
  /** Nodes of the graph whose batches vary, and of a batch where they do not. */
  readonly batches: { readonly N: number; readonly B: number };
}

type Point = Readonly<Record<"L" | "N" | "D", number>> & { readonly B?: number };

function points({ vary, deep, wide, batches }: Sizes, byParts: boolean): readonly Point[] {
  const fixed = byParts ? { B: batches.B } : {};
  const all: readonly Point[] = [
    ...vary.L.map((L) => ({ ...fixed, ...deep, L })),
    ...vary.N.map((N) => ({ ...fixed, ...wide, N })),
    ...vary.D.map((D) => ({ ...fixed, ...wide, D })),
    ...byParts ? vary.B.map((B) => ({ ...wide, N: batches.N, B })) : [],
  ];
  return [...new Map(all.map((point) => [JSON.stringify(point, [...SIZES]), point])).values()];
}

function runs(scale: Scale, sizes: Sizes): readonly RunSettings[] {
  return METHODS.flatMap(({ name, measured }) =>
    !measured ? [] : points(sizes, measured.byParts).map((point) => {
      const { kind, tied } = measured;
      const groups = kind === "rev-gnn" ? 2 : 1;
      const start: RunSettings = {
        experiment: "complexity",
        name: nameOf(name, point),
        scale,
        dataset: "planted",
        planted: { degree: 4, features: 8, edgeFeatures: 0, tasks: 4 },
        model: {
          ...{ kind, layers: 1, channels: 1, groups, dropout: 0.1 },
          ...tied && { tied },
          // No residual is small enough: a solve takes all the steps it may.
          ...kind === "deq-gnn" && { equilibrium: { tolerance: 0 } },
        },
        ...{ epochs: 0, timedSteps: 2, learningRate: 1e-3, schedule: "constant" },
        ...{ parts: 1, evaluateEvery: 1, seed: 0, memoryBudget: 2 * 2 ** 30 },
      };
      // The batch comes last: how many parts it makes depends on the nodes.
      return (["L", "N", "D", "B"] as const).reduce((run, size) => {
        const value = point[size];
        return value === undefined ? run : VARIABLES[size].set(run, value);
      }, start);
    })
  );
}

/** As `RevGNN-32, 1000 nodes by 500`: the experiment's variable tells the layers. */
function nameOf(method: string, { N, D, B }: Point): string {
  const [model] = method.split(" ");
  return `${model}-${D}, ${N} nodes${B === undefined ? "" : ` by ${B}`}`;
}

const large: Sizes = {
  vary: {
    L: [32, 64, 128, 256, 512],
    N: [8000, 16000, 32000, 64000, 128000],
    B: [1000, 2000, 4000, 8000],
    D: [32, 64, 128, 256],
  },
  deep: { N: 4000, D: 64 },
  wide: { L: 4, N: 16000, D: 32 },
  batches: { N: 32000, B: 1000 },
};

/** What a step takes, measured, beside the paper's O(·). */
export const complexity: Experiment = {
  name: "complexity",
  title: "Memory and parameters by depth, nodes and width",
  claim: "A reversible network's activations take O(ND) where a residual one's take O(LND); tied " +
    "weights and equilibria have O(D²) parameters instead of O(LD²); by sub-graph sampling, a " +
    "batch of B nodes takes the place of all N.",
  reading:
    "One size varies at a time, all on logarithmic axes: a straight line is a power law, and its " +
    "slope the exponent. Flat lines do not depend on the size; ResGNN's should rise with layers, " +
    "everybody's with channels, and with nodes all that do not go by parts.",
  x: DEPTH,
  paper: withoutFigures("The complexity table"),
  scales: {
    quick: runs("quick", {
      vary: {
        L: [16, 32, 64, 128],
        N: [2000, 4000, 8000, 16000],
        B: [500, 1000, 2000, 4000],
        D: [16, 32, 64, 128],
      },
      deep: { N: 1000, D: 32 },
      wide: { L: 4, N: 4000, D: 16 },
      batches: { N: 8000, B: 500 },
    }),
    full: runs("full", large),
    paper: runs("paper", large),
  },
};
