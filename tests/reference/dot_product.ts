/** Σ a ⊙ b of two matrices of one shape. */
export { dot as dotProduct } from "./matrix.ts";
