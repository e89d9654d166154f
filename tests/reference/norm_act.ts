/** mask ⊙ ReLU(LayerNorm(x)), and LayerNorm(ReLU(x)); LayerNorm(x) = scale ⊙ (x - mean) / √(variance + ε) + shift. */
import { type Dense, dense, row } from "./matrix.ts";

const EPSILON = 1e-5;

/** Normalises each row of x [N, d]; affine [2, d] is scale over shift, mask [N, d] ready scaled. */
export function normAct(x: Dense, affine: Dense, mask?: Dense): Dense {
  const normed = layerNorm(x, affine);
  return {
    ...normed,
    data: normed.data.map((z, k) => Math.max(0, z) * (mask ? mask.data[k]! : 1)),
  };
}

/** LayerNorm(ReLU(x)) of x [N, d]. */
export function actNorm(x: Dense, affine: Dense): Dense {
  return layerNorm(relu(x), affine);
}

/** LayerNorm(x), the affine's scale and shift applied. */
export function layerNorm(x: Dense, affine: Dense): Dense {
  const y = dense(x.rows, x.cols);
  const [scale, shift] = [row(affine, 0), row(affine, 1)];
  for (let i = 0; i < x.rows; i++) {
    const { normal } = normalise(row(x, i));
    for (let c = 0; c < x.cols; c++) row(y, i)[c] = scale[c]! * normal[c]! + shift[c]!;
  }
  return y;
}

/** The gradients of `normAct`: those of the LayerNorm of dy through mask and ReLU. */
export function normActBackward(
  x: Dense,
  affine: Dense,
  dy: Dense,
  mask?: Dense,
): { dx: Dense; dAffine: Dense } {
  const normed = layerNorm(x, affine);
  const alive = (k: number) => normed.data[k]! > 0 ? (mask ? mask.data[k]! : 1) : 0;
  return layerNormBackward(x, affine, { ...dy, data: dy.data.map((d, k) => d * alive(k)) });
}

/** The gradients of `actNorm`. */
export function actNormBackward(
  x: Dense,
  affine: Dense,
  dy: Dense,
): { dx: Dense; dAffine: Dense } {
  const { dx, dAffine } = layerNormBackward(relu(x), affine, dy);
  return { dx: { ...dx, data: dx.data.map((d, k) => x.data[k]! > 0 ? d : 0) }, dAffine };
}

function relu(x: Dense): Dense {
  return { ...x, data: x.data.map((value) => Math.max(0, value)) };
}

/** dx = (g - mean(g) - n ⊙ mean(g ⊙ n)) / √(variance + ε), g = scale ⊙ d LayerNorm, n normal. */
export function layerNormBackward(
  x: Dense,
  affine: Dense,
  dy: Dense,
): { dx: Dense; dAffine: Dense } {
  const dx = dense(x.rows, x.cols);
  const dAffine = dense(2, x.cols);
  const scale = row(affine, 0);
  const [dScale, dShift] = [row(dAffine, 0), row(dAffine, 1)];
  for (let i = 0; i < x.rows; i++) {
    const [dxi, dyi] = [row(dx, i), row(dy, i)];
    const { normal, inverseDeviation } = normalise(row(x, i));
    const dNormal = new Float64Array(x.cols);
    for (let c = 0; c < x.cols; c++) {
      dScale[c]! += dyi[c]! * normal[c]!;
      dShift[c]! += dyi[c]!;
      dNormal[c] = dyi[c]! * scale[c]!;
    }
    const across = mean(dNormal);
    const along = mean(dNormal.map((value, c) => value * normal[c]!));
    for (let c = 0; c < x.cols; c++) {
      dxi[c] = inverseDeviation * (dNormal[c]! - across - normal[c]! * along);
    }
  }
  return { dx, dAffine };
}

function normalise(x: Float64Array): { normal: Float64Array; inverseDeviation: number } {
  const centre = mean(x);
  const centred = x.map((value) => value - centre);
  const variance = mean(centred.map((value) => value * value));
  const inverseDeviation = 1 / Math.sqrt(variance + EPSILON);
  return { normal: centred.map((value) => value * inverseDeviation), inverseDeviation };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
