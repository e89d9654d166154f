/** LayerNorm(x) = (x - mean) / √(variance + ε), row by row: that of norm_act.ts with scale 1 and shift 0. */
import { type Dense, dense, row } from "./matrix.ts";
import { layerNorm as affineNorm, layerNormBackward as affineBackward } from "./norm_act.ts";

/** Normalises each row of x [N, d]. */
export function layerNorm(x: Dense): Dense {
  return affineNorm(x, identity(x.cols));
}

/** The gradient of x. */
export function layerNormBackward(x: Dense, dy: Dense): Dense {
  return affineBackward(x, identity(x.cols), dy).dx;
}

function identity(channels: number): Dense {
  const affine = dense(2, channels);
  row(affine, 0).fill(1);
  return affine;
}
