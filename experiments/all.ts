/** Every experiment: what the paper is about first, so that its page is there the soonest; then the paper's order. */
import { arxiv } from "./arxiv.ts";
import { complexity } from "./complexity.ts";
import { drift } from "./drift.ts";
import { equilibrium } from "./equilibrium.ts";
import type { Experiment } from "./experiment.ts";
import { groups } from "./groups.ts";
import { inference } from "./inference.ts";
import { memoryVsDepth } from "./memory_vs_depth.ts";
import { modelsAt112Layers } from "./models_at_112_layers.ts";
import { operators } from "./operators.ts";
import { products } from "./products.ts";
import { proteins } from "./proteins.ts";
import { scoreVsMemory } from "./score_vs_memory.ts";
import { weightTying } from "./weight_tying.ts";

export const EXPERIMENTS: readonly Experiment[] = [
  memoryVsDepth,
  scoreVsMemory,
  complexity,
  weightTying,
  equilibrium,
  modelsAt112Layers,
  groups,
  operators,
  inference,
  drift,
  proteins,
  arxiv,
  products,
];
