/** Counts, where a pass is told to, what has left the range of a fixed-point state. */
import type { Tensor } from "../gpu/tensor.ts";
import { outsiders } from "../kernels/outsiders.ts";
import type { Pass } from "./pass.ts";

/** What has left the range stays out of it: the last states tell of all layers and steps. */
export function countOutsiders(pass: Pass, states: readonly Tensor[]): void {
  if (pass.outsiders === undefined) return;
  for (const state of states) outsiders(state, pass.outsiders);
}
