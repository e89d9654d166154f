/** Labels of a planted graph: of tasks or of one class of many, by scores of what each node sees. */
import type { Matrix } from "../graph.ts";
import { zeros } from "../matrix.ts";
import type { Random } from "../random.ts";
import type { PlantedOptions } from "../settings.ts";

/** Where scores are drawn from. */
export interface Draws {
  readonly weights: Random;
  readonly noise: Random;
}

/** [nodes, tasks] of 0 and 1; of classes a single 1 in each row. */
export function plantedLabels(
  seen: Matrix,
  oneHot: Matrix | undefined,
  options: PlantedOptions,
  draws: Draws,
): Matrix {
  return (options.classes ? classesOf : labelsOf)(seen, oneHot, options, draws);
}

/** w · h₂ for one task's random w, plus a bias for each category and a node's own noise. */
function taskScores(
  seen: Matrix,
  oneHot: Matrix | undefined,
  noise: number,
  draws: Draws,
): Float64Array {
  const scores = project(seen, draws.weights);
  if (oneHot) project(oneHot, draws.weights).forEach((bias, i) => scores[i]! += bias / 2);
  return noise > 0 ? scores.map((score) => score + noise * draws.noise.normal()) : scores;
}

/** 1 for the 20 to 50 % of nodes of highest score, or for about as many as are asked for. */
function labelsOf(
  seen: Matrix,
  oneHot: Matrix | undefined,
  { tasks, noise, positives }: PlantedOptions,
  draws: Draws,
): Matrix {
  const labels = zeros(seen.rows, tasks);
  for (let t = 0; t < tasks; t++) {
    const scores = taskScores(seen, oneHot, noise, draws);
    const draw = draws.weights.float();
    const positive = positives === null ? 0.2 + 0.3 * draw : positives * (0.5 + draw);
    const threshold = scores.toSorted()[Math.floor(Math.max(0, 1 - positive) * seen.rows)]!;
    for (let i = 0; i < seen.rows; i++) labels.data[i * tasks + t] = +(scores[i]! >= threshold);
  }
  return labels;
}

/** 1 in the column of highest score. */
function classesOf(
  seen: Matrix,
  oneHot: Matrix | undefined,
  { tasks: count, noise }: PlantedOptions,
  draws: Draws,
): Matrix {
  const labels = zeros(seen.rows, count);
  const scores = Array.from({ length: count }, () => taskScores(seen, oneHot, noise, draws));
  for (let i = 0; i < seen.rows; i++) {
    let most = 0;
    for (let t = 1; t < count; t++) if (scores[t]![i]! > scores[most]![i]!) most = t;
    labels.data[i * count + most] = 1;
  }
  return labels;
}

/** m w for random w, shifted and scaled to mean 0 and variance 1 over the rows. */
function project({ data, rows, cols }: Matrix, random: Random): Float64Array {
  const weight = Float64Array.from({ length: cols }, () => random.normal());
  const scores = new Float64Array(rows);
  for (let at = 0; at < data.length; at++) {
    scores[Math.floor(at / cols)]! += data[at]! * weight[at % cols]!;
  }
  const mean = scores.reduce((sum, score) => sum + score, 0) / rows;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / rows;
  return scores.map((score) => (score - mean) / Math.sqrt(variance || 1));
}
