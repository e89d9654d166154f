/** The paper's complexity table: a step's cost by layers L, nodes N, a batch's nodes B and channels D. */
import type { ModelGiven, ModelKind } from "../models/options.ts";
import { type RunSettings, runSettings } from "../training/settings.ts";
import { type Experiment, type Scale, withoutFigures } from "./experiment.ts";
import { BATCH, CHANNELS, DEPTH, NODES, type Variable } from "./variable.ts";

/** What a step's cost grows with. */
export const DIMENSIONS = ["L", "N", "B", "D"] as const;
export type Dimension = typeof DIMENSIONS[number];

export const VARIABLES: Readonly<Record<Dimension, Variable>> = {
  L: DEPTH,
  N: NODES,
  B: BATCH,
  D: CHANNELS,
};

/** A power for each size; sizes left out have the power 0. */
export type Powers = Readonly<Partial<Record<Dimension, number>>>;

/** A line of the paper's table. */
export interface PaperMethod {
  readonly name: string;
  /** As the paper prints them. */
  readonly activations: string;
  readonly parameters: string;
  /** Whose runs measure it; absent where no model of ours is meant. */
  readonly measured?: {
    readonly kind: ModelKind;
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

/** The table's lines in the paper's order; a line about several models stands once for each of ours. */
export const METHODS: readonly PaperMethod[] = [
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
export function methodOf({ model, parts }: RunSettings): PaperMethod | undefined {
  return METHODS.find(({ measured }) =>
    measured && measured.kind === model.kind && measured.tied === model.tied &&
    measured.byParts === parts > 1
  );
}

/** One size varies, the others are as in `at`; B only where a batch is a part. */
interface Line {
  readonly vary: Dimension;
  readonly values: readonly number[];
  readonly at: Partial<Record<Dimension, number>>;
}

/** Of methods whose batch is the graph, and of those that go by parts. */
interface Lines {
  readonly whole: readonly Line[];
  readonly byParts: readonly Line[];
}

type Point = Partial<Record<Dimension, number>>;

/** Every point of the lines once, where they cross too. */
function pointsOf(lines: readonly Line[]): readonly Point[] {
  const all = lines.flatMap(({ vary, values, at }) =>
    values.map((value): Point => ({ ...at, [vary]: value }))
  );
  return [...new Map(all.map((point) => [JSON.stringify(point, [...DIMENSIONS]), point])).values()];
}

function runs(scale: Scale, lines: Lines): readonly RunSettings[] {
  return METHODS.flatMap(({ name, measured }) =>
    !measured ? [] : pointsOf(measured.byParts ? lines.byParts : lines.whole).map((point) => {
      const { kind, tied } = measured;
      const groups = kind === "rev-gnn" ? 2 : 1;
      const start = runSettings({
        experiment: "complexity",
        name: nameOf(name, point),
        scale,
        dataset: "planted",
        planted: { degree: 4, features: 8, edgeFeatures: 0, tasks: 4 },
        model: {
          ...{ kind, layers: 1, channels: 2, groups, dropout: 0.1 },
          ...tied && { tied },
          // No residual is small enough: a solve takes all the steps it may.
          ...kind === "deq-gnn" && { equilibrium: { tolerance: 0 } },
        } as ModelGiven,
        ...{ epochs: 0, timedSteps: 1, learningRate: 1e-3, schedule: "constant" },
        ...{ parts: 1, evaluateEvery: 1, seed: 0, memoryBudget: 2 * 2 ** 30 },
      });
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

/** For two CPU cores: one step needs no seeds, so that quick scale has all that small has. */
const narrow: Lines = {
  whole: [
    { vary: "L", values: [16, 32, 64, 128], at: { N: 1000, D: 32 } },
    { vary: "N", values: [2000, 4000, 8000, 16000], at: { L: 2, D: 16 } },
    { vary: "D", values: [16, 32, 64, 128], at: { L: 2, N: 4000 } },
  ],
  byParts: [
    { vary: "L", values: [16, 32, 64, 128], at: { N: 1000, B: 500, D: 32 } },
    { vary: "N", values: [2000, 4000, 8000, 16000], at: { L: 2, B: 1000, D: 16 } },
    { vary: "B", values: [500, 1000, 2000, 4000], at: { L: 2, N: 8000, D: 16 } },
    { vary: "D", values: [16, 32, 64, 128], at: { L: 2, N: 8000, B: 4000 } },
  ],
};

const large: Lines = {
  whole: [
    { vary: "L", values: [32, 64, 128, 256, 512], at: { N: 4000, D: 64 } },
    { vary: "N", values: [8000, 16000, 32000, 64000, 128000], at: { L: 4, D: 32 } },
    { vary: "D", values: [32, 64, 128, 256], at: { L: 4, N: 16000 } },
  ],
  byParts: [
    { vary: "L", values: [32, 64, 128, 256, 512], at: { N: 4000, B: 2000, D: 64 } },
    { vary: "N", values: [8000, 16000, 32000, 64000, 128000], at: { L: 4, B: 4000, D: 32 } },
    { vary: "B", values: [2000, 4000, 8000, 16000], at: { L: 4, N: 32000, D: 32 } },
    { vary: "D", values: [32, 64, 128, 256], at: { L: 4, N: 32000, B: 16000 } },
  ],
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
    quick: runs("quick", narrow),
    small: runs("small", narrow),
    full: runs("full", large),
    paper: runs("paper", large),
  },
};
