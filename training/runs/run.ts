/** Takes one run from its settings to its row. */
import { isStored, type PartedGraph } from "../../graphs/parts/stored_graph.ts";
import { formatBytes } from "../../gpu/format_bytes.ts";
import { openGpu } from "../../gpu/gpu.ts";
import type { Device } from "../../gpu/tensor.ts";
import { knownMemory } from "../../gpu/known_memory.ts";
import { buildModel } from "../../models/build.ts";
import { type Model, shapeOf } from "../../models/model.ts";
import { readCheckpoint } from "../files/checkpoint_file.ts";
import { dataDigest } from "../files/digest.ts";
import { chooseParts } from "./evaluation_parts.ts";
import { type Forecast, forecast } from "./forecast.ts";
import { checkMeasures, measure, measuresForecast, weightsFor } from "../measures/measures.ts";
import { ALONE, gatherJson, type Ranks } from "../ranks/ranks.ts";
import { readFinite } from "../files/predictions.ts";
import { provenance } from "../loop/provenance.ts";
import { type Row, SCHEMA } from "../row.ts";
import { evaluatePartsOf, type ResumeOptions } from "../loop/run_state_file.ts";
import { type RunAsked, type RunSettings, runSettings, trainingSettings } from "../settings.ts";
import { compactHistory } from "../loop/history.ts";
import type { Outcome } from "../loop/outcome.ts";
import { train } from "../loop/train.ts";
import type { Best, Progress, TrainOptions } from "../loop/train_options.ts";

/** Callbacks on a run's progress and on its best epoch. */
export interface Watch
  extends Pick<TrainOptions, "onStart" | "onResume" | "onPart" | "interruption"> {
  /** Called at the end of each epoch; `soFar` gives the row of the run if that was its last. */
  readonly onEpoch?: (progress: Progress, soFar: () => Row) => void;
  /** Called at each best epoch so far, before the next one begins. */
  readonly onBest?: (best: Best, settings: RunSettings) => void | Promise<void>;
  /** Called before the run begins, with a note on a choice that the run made. */
  readonly onNote?: (note: string) => void;
}

/** Files of a run that its row does not name, and the processes that share it. */
export interface RunFiles {
  /** The teacher's logits, where the settings' `teacher` is a name. */
  readonly teacherFile?: string;
  /** Where its state is kept, from which a stopped run continues: see TrainOptions. */
  readonly resume?: ResumeOptions;
  /** Default this one alone. Where there are more, only the first one's row is complete. */
  readonly ranks?: Ranks;
}

/**
 * Trains, or for 0 epochs measures one step. A run that exceeds the memory budget does not begin: its row
 * says how much it would need. With `evaluateParts: null` the row says how many parts were found to fit.
 */
export async function run(
  given: RunAsked,
  graph: PartedGraph,
  watch: Watch = {},
  files: RunFiles = {},
): Promise<Row> {
  const { evaluateParts, ...others } = given;
  const asked = runSettings({ ...others, evaluateParts: evaluateParts ?? undefined });
  const model = buildModel(asked.model, shapeOf(graph));
  const { memoryBudget } = asked;
  using gpu = await openGpu(memoryBudget === null ? {} : { memoryBudget });
  const { onBest, onEpoch, onNote, ...told } = watch;
  const { ranks = ALONE } = files;
  const handed = { ...await handedOf(asked, model, files), ...told };
  const { teacher } = handed;
  const needs = forecasts((parts) => {
    const training = { ...trainingSettings(asked), evaluateParts: parts };
    // Keeping the best epoch takes memory.
    const keeps = onBest && { onBest: () => {} };
    return forecast(model, graph, { ...training, ...handed, ...keeps }, gpu.adapter);
  });
  const settings = evaluateParts === null
    ? { ...asked, evaluateParts: await fewestParts(gpu, graph, asked, needs, files, onNote) }
    : asked;
  checkMeasures(model, settings);
  const measured = {
    schema: SCHEMA,
    ...settings,
    ...await provenance(gpu.adapter),
    data: dataDigest(graph),
    ...graph.classes && { metric: "accuracy" as const },
  };
  const ofTraining = await needs(settings.evaluateParts);
  const ofMeasures = await measuresForecast(model, graph, settings, teacher, gpu.adapter);
  const peakBytes = Math.max(ofTraining.peakBytes, ofMeasures);
  if (memoryBudget !== null && !(peakBytes <= memoryBudget)) {
    return { ...measured, ...ofTraining, peakBytes, ...notBegun(model) };
  }
  const rowOf = ({ weights: _, history, ...outcome }: Outcome): Row => ({
    ...measured,
    ...outcome,
    ...ranks.size > 1 && {
      processes: ranks.size,
      stepsPerSecond: settings.parts / settings.accumulate / outcome.secondsPerEpoch,
    },
    ...settings.epochs > 0 && { history: compactHistory(history) },
    status: settings.epochs === 0 ? "measured" : "trained",
  });
  const outcome = await train(gpu, model, graph, {
    ...trainingSettings(settings),
    ...handed,
    ranks,
    ...onEpoch && { onEpoch: (progress, soFar) => onEpoch(progress, () => rowOf(soFar())) },
    ...onBest && { onBest: (best) => onBest(best, settings) },
  });
  gpu.trim();
  const { weights } = outcome;
  const later = ranks.rank === 0 && weights &&
    await measure(gpu, model, graph, settings, teacher, weights);
  return { ...rowOf(outcome), ...later };
}

/** Makes one forecast for each number of evaluation parts, and remembers it. */
function forecasts(
  make: (parts: number) => Promise<Forecast>,
): (parts: number) => Promise<Forecast> {
  const known = new Map<number, Promise<Forecast>>();
  return (parts) => {
    if (!known.has(parts)) known.set(parts, make(parts));
    return known.get(parts)!;
  };
}

/**
 * Chooses the evaluation parts of a run that names none: as few as fit, or those that a resumed run began
 * with. A run that trains on the whole graph has it on the device anyway, and one that reads its parts from
 * a file evaluates by as many.
 */
async function fewestParts(
  { adapter }: Device,
  graph: PartedGraph,
  { parts, memoryBudget }: RunSettings,
  needs: (parts: number) => Promise<Forecast>,
  { resume, ranks = ALONE }: RunFiles,
  onNote: Watch["onNote"],
): Promise<number> {
  if (parts === 1 || isStored(graph)) return parts;
  const choose = async () => {
    const begun = resume && await evaluatePartsOf(resume.path);
    if (begun !== undefined) return begun;
    const chosen = await chooseParts(
      {
        // With as many parts as in training, an evaluation takes less memory than the training.
        ...{ task: "train", most: parts, trainedBy: parts, flag: "evaluate-parts" },
        memoryBudget: memoryBudget ?? undefined,
        forecast: async (parts) => (await needs(parts)).peakBytes,
      },
      adapter,
      await knownMemory(adapter),
    );
    if (chosen.note !== undefined) onNote?.(chosen.note);
    return chosen.parts ?? parts; // the run will say what it needs
  };
  // The first rank chooses: what others know of memory may differ.
  const [chosen] = await gatherJson(ranks, ranks.rank === 0 ? await choose() : 0);
  return chosen!;
}

/** Reads the files that training is given besides its settings. */
async function handedOf(
  settings: RunSettings,
  { layout }: Model,
  { teacherFile, resume }: RunFiles,
): Promise<Pick<TrainOptions, "teacher" | "initial" | "resume" | "keepWeights">> {
  const { teacher, init } = settings;
  if (teacherFile !== undefined && teacher === null) {
    throw new RangeError(
      `Cannot learn from ${teacherFile}: the run's settings must name a teacher, they name none`,
    );
  }
  return {
    ...teacher !== null && { teacher: await readFinite(teacherFile ?? teacher, "learn from") },
    ...init !== null && { initial: await readCheckpoint(init, layout) },
    ...resume && { resume },
    keepWeights: weightsFor(settings),
  };
}

/** The figures of a run that does not fit. */
function notBegun({ layout }: Model) {
  return {
    status: "does not fit" as const,
    parameters: layout.count,
    secondsPerEpoch: null,
    bestEpoch: null,
    scores: null,
    losses: [],
  };
}

/** Why a run was not begun, as a sentence. */
export function doesNotFit({ peakBytes, memoryBudget }: Row): string {
  return `Cannot train: needs ${formatBytes(peakBytes)}, the memory budget allows ` +
    `${formatBytes(memoryBudget!)}; fewer layers, fewer channels or more parts would fit`;
}
