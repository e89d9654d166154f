/** Runs of a plan one after another: graphs are kept between them, and teachers' logits for students. */
import type { Graph } from "../graphs/graph.ts";
import { share } from "../graphs/share.ts";
import { digest } from "../training/digest.ts";
import { graphKey, graphOf } from "../training/graph_of.ts";
import { metricOf } from "../training/metrics.ts";
import { writePredictions } from "../training/predictions.ts";
import type { Row, RunSettings } from "../training/row.ts";
import { run } from "../training/run.ts";
import { removeRunState } from "../training/run_state.ts";
import { settingsKey } from "../reports/rows.ts";
import type { Planned } from "./plan.ts";
import { progressBar } from "./progress.ts";

export class Runner {
  readonly #folder: string;
  readonly #plan: readonly Planned[];
  #graph: { readonly key: string; readonly data: Graph } | undefined;

  /** `folder` is a scale's: `reports/out/quick`. */
  constructor(folder: string, plan: readonly Planned[]) {
    this.#folder = folder;
    this.#plan = plan;
  }

  /** Whether a run that has its row must be repeated, as a student's teacher left no logits. */
  needs({ settings }: Planned): boolean {
    return this.#students(settings).some(({ row }) => !row) && !exists(this.#logitsOf(settings));
  }

  /** The row of one run, its progress shown under that title. */
  async run({ settings }: Planned, title: string): Promise<Row> {
    const graph = await this.#graphOf(settings);
    const { epochs } = settings;
    const teacher = this.#teacherOf(settings);
    const files = {
      ...teacher && { teacherFile: this.#logitsOf(teacher) },
      // One step is sooner done again than its state written.
      ...epochs > 0 && { resume: { path: this.#stateOf(settings) } },
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

  /** Lets go of what a run could have gone on from. Call when its row is safe. */
  async finish({ settings }: Planned): Promise<void> {
    await removeRunState(this.#stateOf(settings));
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
    return this.#plan.filter(({ settings }) => this.#teacherOf(settings) === teacher);
  }

  /** The run of the plan whose name the settings give as their teacher. */
  #teacherOf({ teacher, experiment, dataset, seed }: RunSettings): RunSettings | undefined {
    return this.#plan.find(({ settings }) =>
      settings.name === teacher && settings.experiment === experiment &&
      settings.dataset === dataset && settings.seed === seed
    )?.settings;
  }

  /** What writes a teacher's logits at each best epoch. */
  #keeping(settings: RunSettings): Pick<Parameters<typeof run>[2] & object, "onBest"> {
    if (this.#students(settings).length === 0) return {};
    return {
      onBest: async ({ logits }) => {
        await Deno.mkdir(`${this.#folder}/logits`, { recursive: true });
        await writePredictions(this.#logitsOf(settings), logits);
      },
    };
  }

  /** Where a run that is stopped goes on from. */
  #stateOf(settings: RunSettings): string {
    return `${this.#folder}/state/${digest(settingsKey(settings))}.safetensors`;
  }

  /** Where a teacher's logits stand, by all its settings: those of other ones teach otherwise. */
  #logitsOf(settings: RunSettings): string {
    return `${this.#folder}/logits/${digest(settingsKey(settings))}.npy`;
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
