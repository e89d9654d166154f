/**
 * RMSprop as torch.optim.RMSprop without momentum: g ← g + λ w, v ← α v + (1 - α) g², w ← w - η g / (√v + ε),
 * with the weight decay λ.
 */

/** Weights and the running means of their squared gradients, entry by entry. */
export interface RmspropState {
  weights: Float64Array;
  square: Float64Array;
}

export interface RmspropOptions {
  learningRate: number;
  alpha?: number;
  epsilon?: number;
  weightDecay?: number;
}

/** One step, in place. */
export function rmspropStep(
  { weights, square }: RmspropState,
  grads: Float64Array,
  { learningRate, alpha = 0.99, epsilon = 1e-8, weightDecay = 0 }: RmspropOptions,
): void {
  for (let k = 0; k < weights.length; k++) {
    const grad = grads[k]! + weightDecay * weights[k]!;
    square[k] = alpha * square[k]! + (1 - alpha) * grad ** 2;
    weights[k]! -= learningRate * grad / (Math.sqrt(square[k]!) + epsilon);
  }
}
