/** Every experiment, in the order of the paper. */
import { complexity } from "./complexity.ts";
import { equilibrium } from "./equilibrium.ts";
import type { Experiment } from "./experiment.ts";
import { memoryVsDepth } from "./memory_vs_depth.ts";

export const EXPERIMENTS: readonly Experiment[] = [complexity, memoryVsDepth, equilibrium];
