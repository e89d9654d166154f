/** What the page of each experiment shows: an experiment without one does not compile. */
import type { ExperimentName } from "../../experiments/names.ts";
import type { Drawing } from "../figures/drawing.ts";
import { arxiv } from "./arxiv.ts";
import { chainLengths } from "./chains.ts";
import { complexity } from "./complexity.ts";
import { drift } from "./drift.ts";
import { equilibrium } from "./equilibrium.ts";
import { groups } from "./groups.ts";
import { inference } from "./inference.ts";
import { memoryMethods } from "./memory_methods.ts";
import { memoryVsDepth } from "./memory_vs_depth.ts";
import { modelsAt112Layers } from "./models_at_112_layers.ts";
import { operators } from "./operators.ts";
import { products } from "./products.ts";
import { proteins } from "./proteins.ts";
import { scoreVsMemory } from "./score_vs_memory.ts";
import { weightTying } from "./weight_tying.ts";

export const DRAWINGS: Readonly<Record<ExperimentName, Drawing>> = {
  memory_vs_depth: memoryVsDepth,
  score_vs_memory: scoreVsMemory,
  complexity,
  weight_tying: weightTying,
  equilibrium,
  models_at_112_layers: modelsAt112Layers,
  groups,
  operators,
  inference,
  drift,
  memory_methods: memoryMethods,
  chains: chainLengths,
  proteins,
  arxiv,
  products,
};
