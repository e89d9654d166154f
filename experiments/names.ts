/**
 * The experiments' names, which their files here, their rows and their pages have: what the paper is about
 * first, so that its page is there the soonest; then the paper's order.
 */
export const EXPERIMENT_NAMES = [
  "memory_vs_depth",
  "score_vs_memory",
  "complexity",
  "weight_tying",
  "equilibrium",
  "models_at_112_layers",
  "groups",
  "operators",
  "inference",
  "drift",
  "proteins",
  "arxiv",
  "products",
] as const;

export type ExperimentName = typeof EXPERIMENT_NAMES[number];
