/** RMSprop as torch.optim.RMSprop without momentum: v ← α v + (1 - α) g², w ← w - η g / (√v + ε). */

/** Weights and the running means of their squared gradients, entry by entry. */
export interface RmspropState {
  weights: Float64Array;
  square: Float64Array;
}

export interface RmspropOptions {
  learningRate: number;
  alpha?: number;
  epsilon?: number;
}

/** One step, in place. */
export function rmspropStep(
  { weights, square }: RmspropState,
  grads: Float64Array,
  { learningRate, alpha = 0.99, epsilon = 1e-8 }: RmspropOptions,
): void {
  for (let k = 0; k < weights.length; k++) {
    square[k] = alpha * square[k]! + (1 - alpha) * grads[k]! ** 2;
    weights[k]! -= learningRate * grads[k]! / (Math.sqrt(square[k]!) + epsilon);
  }
}
