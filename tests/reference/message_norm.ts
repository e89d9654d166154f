/**
 * Message norm: y = x + s ‖x‖ m / max(‖m‖, 1e-12), row by row. Where that is no norm, of a message or an
 * x without length, its gradient counts as 0.
 */
import { type Dense, dense, row } from "./matrix.ts";

const EPSILON = 1e-12;

/** x + the normalised messages, both [N, d]. */
export function messageNorm(x: Dense, m: Dense, messageScale: number): Dense {
  const y = dense(x.rows, x.cols);
  for (let i = 0; i < x.rows; i++) {
    const [xi, mi] = [row(x, i), row(m, i)];
    const factor = messageScale * norm(xi) / Math.max(norm(mi), EPSILON);
    for (let c = 0; c < x.cols; c++) row(y, i)[c] = xi[c]! + factor * mi[c]!;
  }
  return y;
}

/** The gradients of x, m and s. */
export function messageNormBackward(
  x: Dense,
  m: Dense,
  messageScale: number,
  dy: Dense,
): { dx: Dense; dm: Dense; dMessageScale: number } {
  const dx = { ...dy, data: dy.data.slice() };
  const dm = dense(m.rows, m.cols);
  let dMessageScale = 0;
  for (let i = 0; i < x.rows; i++) {
    const [xi, mi, dyi] = [row(x, i), row(m, i), row(dy, i)];
    const [ofX, ofM] = [norm(xi), norm(mi)];
    if (ofM <= EPSILON) continue;
    const along = mi.reduce((sum, value, c) => sum + value * dyi[c]!, 0) / ofM;
    dMessageScale += ofX * along;
    for (let c = 0; c < x.cols; c++) {
      if (ofX > 0) row(dx, i)[c]! += messageScale * along * xi[c]! / ofX;
      row(dm, i)[c] = messageScale * ofX / ofM * (dyi[c]! - along * mi[c]! / ofM);
    }
  }
  return { dx, dm, dMessageScale };
}

function norm(values: Float64Array): number {
  return Math.hypot(...values);
}
