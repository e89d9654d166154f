/** The nodes that baselines are scored on, and their scores by the data set's own metric. */
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { takeRows } from "../../graphs/matrix.ts";
import { accuracy, meanRocAuc } from "../steps/metrics.ts";

/** Scores of validation and test nodes; null where the metric has none, as where a class is missing. */
export interface PartScores {
  readonly valid: number | null;
  readonly test: number | null;
}

/** Validation nodes, then test nodes, and the labels of both. */
export class ScoredNodes {
  /** [valid + test] */
  readonly nodes: Uint32Array;
  readonly #labels: Matrix;
  readonly #valid: number;
  readonly #score: typeof accuracy;

  constructor({ labels, classes, split: { valid, test } }: Graph) {
    this.nodes = new Uint32Array(valid.length + test.length);
    this.nodes.set(valid);
    this.nodes.set(test, valid.length);
    this.#labels = takeRows(labels, this.nodes);
    this.#valid = valid.length;
    this.#score = classes ? accuracy : meanRocAuc;
  }

  /** Scores predictions [valid + test, tasks]. */
  scores(predictions: Matrix): PartScores {
    return {
      valid: this.#scoreOf(predictions, 0, this.#valid),
      test: this.#scoreOf(predictions, this.#valid, this.nodes.length),
    };
  }

  #scoreOf(predictions: Matrix, from: number, to: number): number | null {
    const rows = Uint32Array.from({ length: to - from }, (_, k) => from + k);
    try {
      return this.#score(predictions, this.#labels, rows);
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }
}
