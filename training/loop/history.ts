/** What each epoch of a run measured, and the compact form in which a row holds it. */
import type { History, Scores } from "../row.ts";

/** One epoch's figures. */
export interface EpochFigures {
  /** From 1. */
  readonly epoch: number;
  /** Training loss at its end. */
  readonly loss: number;
  /** Null where the epoch was not evaluated. */
  readonly scores: Scores | null;
  /** That of its first step. */
  readonly learningRate: number;
  /** Norm of its last step's gradient, before that is clipped. */
  readonly gradientNorm: number;
  /** Seconds that the epoch took. */
  readonly seconds: number;
}

/** Digits that a curve is drawn with, and no more. */
const DIGITS = 4;

/** A list for each figure, rounded; losses are not among them, as a row has them to the bit. */
export function compactHistory(epochs: readonly EpochFigures[]): History {
  const list = (of: (epoch: EpochFigures) => number) => epochs.map((epoch) => rounded(of(epoch)));
  const scores = (part: keyof Scores) =>
    epochs.map(({ scores }) => scores && rounded(scores[part]));
  return {
    train: scores("train"),
    valid: scores("valid"),
    test: scores("test"),
    learningRate: list(({ learningRate }) => learningRate),
    gradientNorm: list(({ gradientNorm }) => gradientNorm),
    seconds: list(({ seconds }) => seconds),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
