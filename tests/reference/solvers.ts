/** Anderson acceleration and Broyden's method by their definitions: dense, in float64, nothing forgotten. */
import { type Dense, dot } from "./matrix.ts";

type Map = (z: Dense) => Dense;

/** A x = b by Gaussian elimination, the largest pivot of each column first. */
export function solveDense(matrix: readonly number[][], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  rows.forEach((_, k) => {
    let pivot = k;
    rows.forEach((row, i) => {
      if (i > k && Math.abs(row[k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    });
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (const [i, row] of rows.entries()) {
      if (i === k) continue;
      const factor = row[k]! / rows[k]![k]!;
      row.forEach((_, j) => row[j]! -= factor * rows[k]![j]!);
    }
  });
  return rows.map((row, k) => row.at(-1)! / row[k]!);
}

/** The iterates z₀ … of z ← Σ αᵢ (zᵢ + β rᵢ), Σ αᵢ = 1 and ‖Σ αᵢ rᵢ‖² + ridge Σ αᵢ² ‖rᵢ‖² minimal. */
export function andersonIterates(
  f: Map,
  z0: Dense,
  steps: number,
  { memory, ridge, damping }: { memory: number; ridge: number; damping: number },
): Dense[] {
  const iterates = [z0];
  const residuals: Dense[] = [];
  for (let step = 0; step < steps; step++) {
    residuals.push(combination([f(iterates[step]!), iterates[step]!], [1, -1]));
    const [z, r] = [iterates.slice(-memory), residuals.slice(-memory)];
    // Where the derivative of the Lagrangian is zero; its multiplier is the last unknown.
    const system = r.map((a, i) => [
      ...r.map((b, j) => 2 * dot(a, b) * (i === j ? 1 + ridge : 1)),
      1,
    ]);
    system.push([...r.map(() => 1), 0]);
    const alpha = solveDense(system, [...r.map(() => 0), 1]).slice(0, -1);
    iterates.push(combination([...z, ...r], [...alpha, ...alpha.map((a) => damping * a)]));
  }
  return iterates;
}

/** The iterates of z ← z + s, J s = -g, g = f(z) - z; J = -I at first, then J += (y - J s) sᵀ / sᵀs. */
export function broydenIterates(f: Map, z0: Dense, steps: number): Dense[] {
  const iterates = [z0];
  const size = z0.data.length;
  const jacobian = Array.from({ length: size }, (_, i) => {
    return Array.from({ length: size }, (_, j) => -Number(i === j));
  });
  let g = combination([f(z0), z0], [1, -1]);
  for (let step = 0; step < steps; step++) {
    const z = iterates[step]!;
    const s = solveDense(jacobian, Array.from(g.data, (value) => -value));
    const next = { ...z, data: z.data.map((value, i) => value + s[i]!) };
    const nextG = combination([f(next), next], [1, -1]);
    const length = s.reduce((sum, value) => sum + value ** 2, 0);
    jacobian.forEach((row, i) => {
      const predicted = row.reduce((sum, value, j) => sum + value * s[j]!, 0);
      const missed = nextG.data[i]! - g.data[i]! - predicted;
      s.forEach((value, j) => row[j]! += missed * value / length);
    });
    iterates.push(next);
    g = nextG;
  }
  return iterates;
}

function combination(matrices: readonly Dense[], coefficients: readonly number[]): Dense {
  const data = matrices[0]!.data.map((_, k) =>
    matrices.reduce((sum, x, i) => sum + coefficients[i]! * x.data[k]!, 0)
  );
  return { ...matrices[0]!, data };
}
