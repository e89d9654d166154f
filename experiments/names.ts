/**
 * The experiments' names, after which their files, rows and pages are called: the paper's main subject
 * first, so that its page is ready soonest, then in the paper's order.
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
  "memory_methods",
  "chains",
  "proteins",
  "arxiv",
  "products",
] as const;

export type ExperimentName = typeof EXPERIMENT_NAMES[number];
