/**
 * Adam as torch.optim.Adam: m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g²,
 * w ← w - η λ w - η m̂ / (√v̂ + ε), with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ); the weight decay λ as of
 * torch.optim.AdamW; and its norm clipping.
 */

/** Weights and their two moments, entry by entry. */
export interface AdamState {
  weights: Float64Array;
  m: Float64Array;
  v: Float64Array;
}

/** `step` counts from 1. */
export interface AdamOptions {
  learningRate: number;
  step: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  weightDecay?: number;
}

/** The factor on all gradients that clips their joint norm: min(1, maxNorm / (norm + 1e-6)). */
export function clipFactor(grads: Float64Array[], maxNorm: number): number {
  let squares = 0;
  for (const grad of grads) for (const g of grad) squares += g * g;
  return Math.min(1, maxNorm / (Math.sqrt(squares) + 1e-6));
}

/** One step, in place. */
export function adamStep(state: AdamState, grads: Float64Array, options: AdamOptions): void {
  const { learningRate, step, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } =
    options;
  const { weights, m, v } = state;
  for (let k = 0; k < weights.length; k++) {
    m[k] = beta1 * m[k]! + (1 - beta1) * grads[k]!;
    v[k] = beta2 * v[k]! + (1 - beta2) * grads[k]! ** 2;
    const mean = m[k]! / (1 - beta1 ** step);
    const square = v[k]! / (1 - beta2 ** step);
    weights[k]! -= learningRate * weightDecay * weights[k]!;
    weights[k]! -= learningRate * mean / (Math.sqrt(square) + epsilon);
  }
}
