/** Every experiment, in the order of the paper. */
import { arxiv } from "./arxiv.ts";
import { complexity } from "./complexity.ts";
import { drift } from "./drift.ts";
import { equilibrium } from "./equilibrium.ts";
import type { Experiment } from "./experiment.ts";
import { inference } from "./inference.ts";
import { memoryVsDepth } from "./memory_vs_depth.ts";
import { products } from "./products.ts";
import { proteins } from "./proteins.ts";
import { weightTying } from "./weight_tying.ts";

export const EXPERIMENTS: readonly Experiment[] = [
  complexity,
  memoryVsDepth,
  weightTying,
  equilibrium,
  inference,
  drift,
  proteins,
  arxiv,
  products,
];
