/** Tells how far an epoch has come, part by part, without holding up what is fast. */
import type { Device } from "../../gpu/tensor.ts";
import type { TrainingSettings } from "../settings.ts";
import type { Trainer } from "../steps/trainer.ts";
import { evaluates } from "./part_sizes.ts";

/** A part of an epoch that is done. */
export interface PartProgress {
  /** From 1. */
  readonly epoch: number;
  /** What was done to it. */
  readonly of: "training" | "evaluation";
  /** From 1. */
  readonly part: number;
  /** How many there are of its kind. */
  readonly parts: number;
  /** How much of the epoch's work is done, about: 0 to 1. */
  readonly share: number;
}

/** A step forward and back costs so many times what an evaluation does. */
const TRAINING_WORK = 3;
/** Parts that take longer are waited for, so that what is told is done; the wait is nothing beside them. */
const SLOW_SECONDS = 0.5;

/** The parts of a run's epochs, as they are done. */
export class PartWatch {
  readonly #gpu: Device;
  readonly #trainer: Trainer;
  readonly #training: TrainingSettings;
  readonly #onPart: (progress: PartProgress) => void;
  #epoch = 0;
  #begun = 0;
  #slow = true;

  constructor(
    gpu: Device,
    trainer: Trainer,
    training: TrainingSettings,
    onPart: (progress: PartProgress) => void,
  ) {
    this.#gpu = gpu;
    this.#trainer = trainer;
    this.#training = training;
    this.#onPart = onPart;
  }

  /** An epoch, from 1, begins. */
  begin(epoch: number): void {
    this.#epoch = epoch;
    this.#begun = performance.now();
  }

  /** A training part's step has been sent off. */
  async trained(part: number, parts: number): Promise<void> {
    if (this.#slow) {
      // What waits for the device: 16 bytes, whatever the model.
      await this.#gpu.read(this.#trainer.squaredNorm);
      const now = performance.now();
      this.#slow = now - this.#begun > 1000 * SLOW_SECONDS;
      this.#begun = now;
    }
    this.#tell({ of: "training", part, parts });
  }

  /** A part's predictions have been read. */
  evaluated(part: number, parts: number): void {
    this.#tell({ of: "evaluation", part, parts });
  }

  #tell(done: Pick<PartProgress, "of" | "part" | "parts">): void {
    const { of, part, parts } = done;
    const evaluation = evaluates(this.#epoch, this.#training) ? 1 : 0;
    const work = of === "training"
      ? TRAINING_WORK * part / parts
      : TRAINING_WORK + evaluation * part / parts;
    const share = work / (TRAINING_WORK + evaluation);
    this.#onPart({ epoch: this.#epoch, ...done, share });
  }
}
