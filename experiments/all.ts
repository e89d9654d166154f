/** Every experiment, in the order of their names. */
import { arxiv } from "./arxiv.ts";
import { chainLengths } from "./chains.ts";
import { complexity } from "./complexity.ts";
import { drift } from "./drift.ts";
import { equilibrium } from "./equilibrium.ts";
import type { Experiment } from "./experiment.ts";
import { groups } from "./groups.ts";
import { inference } from "./inference.ts";
import { memoryMethods } from "./memory_methods.ts";
import { memoryVsDepth } from "./memory_vs_depth.ts";
import { modelsAt112Layers } from "./models_at_112_layers.ts";
import { EXPERIMENT_NAMES, type ExperimentName } from "./names.ts";
import { operators } from "./operators.ts";
import { products } from "./products.ts";
import { proteins } from "./proteins.ts";
import { scoreVsMemory } from "./score_vs_memory.ts";
import { weightTying } from "./weight_tying.ts";

/** Each by its name: one that is missing does not compile. */
const BY_NAME: Readonly<Record<ExperimentName, Experiment>> = {
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

export const EXPERIMENTS: readonly Experiment[] = EXPERIMENT_NAMES.map((name) => BY_NAME[name]);
