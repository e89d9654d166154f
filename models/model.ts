/** What every model of the suite is told; which options a model has, and their defaults. */

/** The options of a model, as the paper's tables give them. */
export interface ModelOptions {
  readonly kind: "res-gnn" | "rev-gnn";
  readonly layers: number;
  readonly channels: number;
  /** Channel groups C of a reversible model; 1 for a residual one. */
  readonly groups: number;
  readonly dropout: number;
}
