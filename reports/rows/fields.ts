/** The fields of a row and what each must hold: rows come from files that anybody may have edited. */
import type { Row, RunSettings } from "../../training/row.ts";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const boolean: Check = (value) => typeof value === "boolean";
const number: Check = (value) => typeof value === "number" && Number.isFinite(value);
const optional = (check: Check): Check => (value) => value === undefined || check(value);
const orNull = (check: Check): Check => (value) => value === null || check(value);
const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);
const numbers = listOf(number);
const oneOf = (...values: string[]): Check => (value) => values.includes(value as string);
const record = (fields: Record<string, Check>): Check => (value) =>
  isRecord(value) && Object.entries(fields).every(([key, check]) => check(value[key]));

const SETTINGS = {
  experiment: text,
  name: text,
  scale: text,
  dataset: text,
  split: optional(number),
  symmetric: optional(boolean),
  selfLoops: optional(boolean),
  features: optional(number),
  makeFeatures: optional(text),
  planted: optional(record({
    nodes: optional(number),
    degree: optional(number),
    features: optional(number),
    edgeFeatures: optional(number),
    tasks: optional(number),
    classes: optional(boolean),
    categories: optional(number),
    communities: optional(number),
    skew: optional(number),
    regular: optional(boolean),
    seed: optional(number),
  })),
  model: record({
    kind: text,
    layers: number,
    channels: number,
    groups: number,
    dropout: number,
    tied: optional(boolean),
    convolution: optional(text),
    attention: optional(record({
      heads: optional(number),
      destination: optional(boolean),
      symmetric: optional(boolean),
      residual: optional(boolean),
      edgeDropout: optional(number),
    })),
    norm: optional(text),
    aggregation: optional(record({
      kind: text,
      t: optional(number),
      learnT: optional(boolean),
      p: optional(number),
      learnP: optional(boolean),
      y: optional(number),
      learnY: optional(boolean),
      messageNorm: optional(boolean),
      learnMessageScale: optional(boolean),
    })),
    encodeEdges: optional(boolean),
    inputDropout: optional(number),
    labels: optional(boolean),
    equilibrium: optional(record({
      method: optional(text),
      memory: optional(number),
      damping: optional(number),
      maxSteps: optional(number),
      tolerance: optional(number),
      gradient: optional(text),
      adjointSteps: optional(number),
      adjointTolerance: optional(number),
      phantomSteps: optional(number),
      phantomDamping: optional(number),
      jacobianWeight: optional(number),
    })),
  }),
  epochs: number,
  learningRate: number,
  schedule: text,
  warmUp: optional(number),
  optimiser: optional(text),
  clip: optional(number),
  loss: optional(text),
  teacher: optional(text),
  parts: number,
  evaluateEvery: number,
  evaluateParts: optional(number),
  seed: number,
  memoryBudget: orNull(number),
  init: optional(text),
  pretrainEpochs: optional(number),
  pretrainDepth: optional(number),
  residualSteps: optional(number),
  inference: optional(listOf(record({ parts: number, views: number }))),
  drift: optional((value) => value === true),
  timedSteps: optional(number),
} satisfies Record<keyof RunSettings, Check>;

const CURVE = listOf(orNull(number));
const SCORES = record({ train: number, valid: number, test: number });
const SOLVES = record({
  solves: number,
  steps: number,
  residual: orNull(number),
  worstResidual: orNull(number),
  missed: number,
});

const FIELDS: Record<keyof Row, Check> = {
  ...SETTINGS,
  adapter: text,
  deno: text,
  version: text,
  commit: text,
  date: text,
  status: oneOf("trained", "measured", "does not fit"),
  data: optional(text),
  parameters: number,
  peakBytes: number,
  activationBytes: number,
  secondsPerEpoch: orNull(number),
  secondsPerStep: optional(number),
  waitShare: optional(number),
  bestEpoch: orNull(number),
  metric: optional(oneOf("accuracy")),
  scores: orNull(SCORES),
  solves: optional(record({
    training: optional(SOLVES),
    adjoint: optional(SOLVES),
    evaluation: optional(SOLVES),
  })),
  residuals: optional(record({ anderson: CURVE, broyden: CURVE, "fixed-point": CURVE })),
  inferred: optional(listOf(record({
    parts: number,
    views: number,
    scores: SCORES,
    peakBytes: number,
    seconds: number,
  }))),
  drifted: optional(record({ firstState: orNull(number), gradients: orNull(number) })),
  losses: numbers,
};

/** The first field that is missing or does not hold what it must; null where all is well. */
export function wrongField(value: unknown): keyof Row | null {
  const fields = isRecord(value) ? value : {};
  const names = Object.keys(FIELDS) as (keyof Row)[];
  return names.find((name) => !FIELDS[name](fields[name])) ?? null;
}

/** Whether two runs were asked to do the same thing; what they measured does not count. */
export function sameRun(a: RunSettings, b: RunSettings): boolean {
  return settingsKey(a) === settingsKey(b);
}

/**
 * The same text for the same settings, whatever the order of their keys. The memory budget is not among
 * them: it decides whether a run takes place, not what it measures.
 */
export function settingsKey(run: RunSettings): string {
  const names = Object.keys(SETTINGS).filter((name) =>
    name !== "memoryBudget"
  ) as (keyof RunSettings)[];
  return JSON.stringify(
    names.map((name) => run[name]),
    (_, value) =>
      isRecord(value) && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort())
        : value,
  );
}

/**
 * The same text for runs that do the same work, whatever experiment, name and scale each goes by. Students
 * stand alone: another experiment's or scale's teacher of that name may have been trained otherwise.
 */
export function workKey(run: RunSettings): string {
  return settingsKey(run.teacher === undefined ? nameless(run) : run);
}

/** The same of a student whose teacher is among these runs: its teacher's work, not its name, tells it apart. */
export function taughtWorkKey(run: RunSettings, among: readonly RunSettings[]): string {
  if (run.teacher === undefined) return workKey(run);
  const teacher = among.findLast((other) => isTeacher(other, run));
  return teacher ? settingsKey({ ...nameless(run), teacher: workKey(teacher) }) : workKey(run);
}

function nameless(run: RunSettings): RunSettings {
  return { ...run, experiment: "", name: "", scale: "" };
}

/** Whether a run is the one that a student names as its teacher. */
export function isTeacher(run: RunSettings, student: RunSettings): boolean {
  return run.name === student.teacher && run.experiment === student.experiment &&
    run.scale === student.scale && run.dataset === student.dataset && run.seed === student.seed;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
