/** Learning-rate schedules: the rate at each step of a run. */
import type { Schedule } from "../settings.ts";

/** The share of steps in which one-cycle rises, and its start and end as shares of the peak. */
const RISE = 0.3;
const START = 1 / 25;
const END = 1e-4 / 25;

/**
 * The learning rate of step `step` (from 0) of `steps`. One-cycle: a cosine from peak / 25 up to the
 * peak, then a cosine down to peak / 250,000 (Smith and Topin 2017, with PyTorch's defaults). With 1 to 3
 * steps, too few to rise in, the first takes the peak, and none takes the end of the fall, which would
 * train next to nothing. Warm-up: a linear rise from peak / `warmUp` to the peak at step `warmUp`, then the
 * peak.
 */
export function learningRateAt(
  schedule: Schedule["kind"],
  peak: number,
  step: number,
  steps: number,
  warmUp = 0,
): number {
  if (schedule === "constant") return peak;
  if (schedule === "warm-up") return peak * Math.min(1, (step + 1) / warmUp);
  const top = RISE * steps - 1;
  if (top < 0) return cosine(peak, peak * END, step / steps);
  if (step <= top) return cosine(peak * START, peak, step / top);
  return cosine(peak, peak * END, (step - top) / (steps - 1 - top));
}

function cosine(from: number, to: number, progress: number): number {
  return to + (from - to) * (1 + Math.cos(Math.PI * progress)) / 2;
}
