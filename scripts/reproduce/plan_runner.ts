/** Runs a plan's runs one after another; keeps graphs between them, and teachers' logits for students. */
import type { Graph } from "../../graphs/graph.ts";
import { share } from "../../graphs/parts/share.ts";
import { putInPlace } from "../../graphs/files/whole_file.ts";
import { digest } from "../../training/files/digest.ts";
import { graphKey, graphOf } from "../../training/runs/graph_of.ts";
import { metricOf } from "../../training/steps/metrics.ts";
import { writePredictions } from "../../training/files/predictions.ts";
import type { Row, RunSettings } from "../../training/row.ts";
import { run } from "../../training/runs/run.ts";
import { removeRunState } from "../../training/loop/run_state_file.ts";
import { settingsKey } from "../../reports/rows/keys.ts";
import { type Planned, rowOfTwin, teacherOf } from "./plan.ts";
import { progressBar } from "../shared/progress.ts";

/**
 * A teacher's logits have two places, by all its settings, as those of other ones teach otherwise: a run
 * writes them at each best epoch to `.unfinished.npy`, and `finish` puts them where students read them.
 */
export class PlanRunner {
  readonly #folder: string;
  readonly #plan: readonly Planned[];
  #graph: { readonly key: string; readonly data: Graph } | undefined;

  /** `folder` is a scale's: `reports/out/quick`. */
  constructor(folder: string, plan: readonly Planned[]) {
    this.#folder = folder;
    this.#plan = plan;
  }

  /** Whether a run that has its row must be repeated, as a student's teacher left no logits. */
  needs({ settings, row }: Planned): boolean {
    return row?.status === "trained" &&
      this.#students(settings).some(({ row, twin }) => !row && !twin) &&
      !exists(this.#logitsOf(settings));
  }

  /**
   * The row of one run, its progress shown under that title. Throws a sentence where it has a teacher
   * whose training has not come to its end.
   */
  async run({ settings }: Planned, title: string): Promise<Row> {
    const { epochs, name } = settings;
    const teacher = teacherOf(this.#plan, settings);
    if (teacher && !exists(this.#logitsOf(teacher.settings))) {
      throw new Error(
        `Cannot train ${name}: its teacher ${settings.teacher} must be trained to its end, it is ` +
          "not; run this again once that one is",
      );
    }
    // Those of an earlier run teach nobody if this one fails.
    await removeFile(this.#logitsOf(settings));
    const graph = await this.#graphOf(settings);
    const files = {
      ...teacher && { teacherFile: this.#logitsOf(teacher.settings) },
      // One step is sooner done again than its state written.
      ...epochs > 0 && { resume: { path: this.#stateOf(settings), discards: true } },
    };
    const bar = settings.epochs > 0
      ? progressBar(title, settings.epochs, metricOf(graph))
      : undefined;
    try {
      return await run(settings, graph, { ...bar, ...this.#keeping(settings) }, files);
    } finally {
      bar?.stop();
    }
  }

  /** Deletes the resume state and publishes the teacher's logits. Call when the run's row is safe. */
  async finish({ settings }: Planned): Promise<void> {
    await removeRunState(this.#stateOf(settings));
    const unfinished = this.#unfinishedOf(settings);
    if (exists(unfinished)) await putInPlace(unfinished, this.#logitsOf(settings));
  }

  /** The row of a run that did the same work, if this run needs nothing more. */
  shared(planned: Planned, rows: readonly Row[]): Row | undefined {
    const row = rowOfTwin(planned, rows);
    return row && !this.needs({ ...planned, row }) ? row : undefined;
  }

  /** Deletes the resume state. */
  async drop({ settings }: Planned): Promise<void> {
    await removeRunState(this.#stateOf(settings));
    await removeFile(this.#unfinishedOf(settings));
  }

  /** Deletes what earlier runs of the plan left, teachers' logits too. */
  async forget(): Promise<void> {
    for (const planned of this.#plan) {
      await this.drop(planned);
      await removeFile(this.#logitsOf(planned.settings));
    }
  }

  /** Only the last graph is kept: runs of one data set follow one another. */
  async #graphOf(settings: RunSettings): Promise<Graph> {
    const key = graphKey(settings);
    if (this.#graph?.key !== key) {
      this.#graph = undefined;
      const data = await graphOf(settings);
      this.#graph = { key, data: settings.parts > 1 ? share(data) : data };
    }
    return this.#graph.data;
  }

  #students(teacher: RunSettings): Planned[] {
    return this.#plan.filter(({ settings }) =>
      teacherOf(this.#plan, settings)?.settings === teacher
    );
  }

  /** Returns the callback that writes a teacher's logits at each best epoch. */
  #keeping(settings: RunSettings): Pick<Parameters<typeof run>[2] & object, "onBest"> {
    if (this.#students(settings).length === 0) return {};
    return {
      onBest: async ({ logits }) => {
        await Deno.mkdir(`${this.#folder}/logits`, { recursive: true });
        await writePredictions(this.#unfinishedOf(settings), logits);
      },
    };
  }

  /** The path of the state from which a stopped run resumes. */
  #stateOf(settings: RunSettings): string {
    return `${this.#folder}/state/${digest(settingsKey(settings))}.safetensors`;
  }

  #logitsOf(settings: RunSettings): string {
    return `${this.#folder}/logits/${digest(settingsKey(settings))}.npy`;
  }

  #unfinishedOf(settings: RunSettings): string {
    return `${this.#folder}/logits/${digest(settingsKey(settings))}.unfinished.npy`;
  }
}

async function removeFile(path: string): Promise<void> {
  if (exists(path)) await Deno.remove(path);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
