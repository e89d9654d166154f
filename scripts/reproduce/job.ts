/** One run of a plan, as a process of its own is told to do it. */
import { dirname } from "node:path";
import type { Graph } from "../../graphs/graph.ts";
import { share } from "../../graphs/parts/share.ts";
import { writePredictions } from "../../training/files/predictions.ts";
import type { ResumeOptions } from "../../training/loop/run_state_file.ts";
import type { Row, RunSettings } from "../../training/row.ts";
import { graphKey, graphOf } from "../../training/runs/graph_of.ts";
import { run, type Watch } from "../../training/runs/run.ts";
import { metricOf } from "../../training/steps/metrics.ts";
import { progressBar } from "../shared/progress.ts";

/** A run and its files, as values of JSON. */
export interface Job {
  readonly settings: RunSettings;
  /** What its progress is shown under. */
  readonly title: string;
  /** A teacher's logits to learn from. */
  readonly teacherFile?: string;
  /** Where its own logits are written at each best epoch, for its students. */
  readonly logits?: string;
  /** Where its state is kept. */
  readonly resume?: ResumeOptions;
  /** Whether its progress is not shown. */
  readonly quiet?: boolean;
  /** Whether it is told in lines on a terminal too, as other runs tell theirs. */
  readonly lines?: boolean;
}

/** Does jobs in this process. Only the last graph is kept: runs of one data set follow one another. */
export class JobRunner {
  readonly #watch: Watch;
  #graph: { readonly key: string; readonly data: Graph } | undefined;

  /** `watch` is told of every job, beside its progress bar. */
  constructor(watch: Watch = {}) {
    this.#watch = watch;
  }

  /** The row of a run, its progress shown meanwhile. */
  async do({ settings, title, teacherFile, logits, resume, ...how }: Job): Promise<Row> {
    const graph = await this.#graphOf(settings);
    const { epochs } = settings;
    // The plan says how each run ended.
    const shown = { quiet: how.quiet ?? false, ends: false, ...how.lines && { terminal: false } };
    const bar = epochs > 0 ? progressBar(title, epochs, metricOf(graph), shown) : undefined;
    const files = { ...teacherFile !== undefined && { teacherFile }, ...resume && { resume } };
    try {
      const onResume = (done: number) =>
        console.error(`${title}: goes on from its state, after ${done} of ${epochs} epochs`);
      const watch = { ...this.#watch, ...bar, onResume, ...logits !== undefined && keepIn(logits) };
      return await run(settings, graph, watch, files);
    } finally {
      bar?.stop();
    }
  }

  async #graphOf(settings: RunSettings): Promise<Graph> {
    const key = graphKey(settings);
    if (this.#graph?.key !== key) {
      this.#graph = undefined;
      const data = await graphOf(settings);
      this.#graph = { key, data: settings.parts > 1 ? share(data) : data };
    }
    return this.#graph.data;
  }
}

/** What writes the logits of each best epoch to a file. */
function keepIn(path: string): Pick<Watch, "onBest"> {
  return {
    onBest: async ({ logits }) => {
      await Deno.mkdir(dirname(path), { recursive: true });
      await writePredictions(path, logits);
    },
  };
}
