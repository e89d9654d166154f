/** Runs a plan's runs one after another, and keeps teachers' logits for students. */
import { putInPlace } from "../../graphs/files/whole_file.ts";
import type { Row, RunSettings } from "../../training/row.ts";
import { removeRunState } from "../../training/loop/run_state_file.ts";
import { fileKey } from "../../reports/rows/stored_rows.ts";
import type { Job } from "./job.ts";
import { type Planned, rowOfTwin, teacherOf } from "./plan.ts";

/** How a plan's runs are done. */
export interface PlanRunnerOptions {
  /** What does a run. */
  readonly do: (job: Job) => Promise<Row>;
  /** Most seconds from one writing of a run's state to the next. */
  readonly resumeEvery?: number;
}

/**
 * A teacher's logits have two places, by all its settings, as those of other ones teach otherwise: a run
 * writes them at each best epoch to `.unfinished.npy`, and `finish` puts them where students read them.
 */
export class PlanRunner {
  readonly #folder: string;
  readonly #plan: readonly Planned[];
  readonly #options: PlanRunnerOptions;

  /** `folder` is a scale's: `reports/out/quick`. */
  constructor(folder: string, plan: readonly Planned[], options: PlanRunnerOptions) {
    this.#folder = folder;
    this.#plan = plan;
    this.#options = options;
  }

  /** Whether a run that has its row must be repeated, as a student's teacher left no logits. */
  needs(planned: Planned): boolean {
    return planned.row?.status === "trained" && this.isAwaited(planned);
  }

  /** Whether a student waits for the logits of a run. */
  isAwaited({ settings }: Planned): boolean {
    return this.#students(settings).some(({ row, twin }) => !row && !twin) &&
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
    const { resumeEvery: seconds } = this.#options;
    const state = { path: this.#stateOf(settings), discards: true };
    return await this.#options.do({
      ...{ settings, title },
      ...teacher && { teacherFile: this.#logitsOf(teacher.settings) },
      ...this.#students(settings).length > 0 && { logits: this.#unfinishedOf(settings) },
      // One step is sooner done again than its state written.
      ...epochs > 0 && { resume: { ...state, ...seconds !== undefined && { seconds } } },
    });
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

  #students(teacher: RunSettings): Planned[] {
    return this.#plan.filter(({ settings }) =>
      teacherOf(this.#plan, settings)?.settings === teacher
    );
  }

  /** The path of the state from which a stopped run resumes. */
  #stateOf(settings: RunSettings): string {
    return `${this.#folder}/state/${fileKey(settings)}.safetensors`;
  }

  #logitsOf(settings: RunSettings): string {
    return `${this.#folder}/logits/${fileKey(settings)}.npy`;
  }

  #unfinishedOf(settings: RunSettings): string {
    return `${this.#folder}/logits/${fileKey(settings)}.unfinished.npy`;
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
