/** What a graph's node features are like. */
import type { Matrix } from "../graph.ts";

/** Facts about a matrix of features. */
export interface FeatureFacts {
  readonly columns: number;
  /** Columns that are the same for all nodes, which tell nothing. */
  readonly constant: number;
  /** The share of values that are 0. */
  readonly zeros: number;
  readonly least: number;
  readonly most: number;
  /** The mean length ‖xᵢ‖ of a node's features. */
  readonly meanLength: number;
}

/** Reads all features once; null if there are none. */
export function featureFacts({ data, rows, cols }: Matrix): FeatureFacts | null {
  if (cols === 0) return null;
  const varies = new Uint8Array(cols);
  let [zeros, least, most, lengths] = [0, Infinity, -Infinity, 0];
  for (let row = 0, at = 0; row < rows; row++) {
    let squares = 0;
    for (let col = 0; col < cols; col++, at++) {
      const value = data[at]!;
      if (value === 0) zeros++;
      if (value !== data[col]) varies[col] = 1;
      least = Math.min(least, value);
      most = Math.max(most, value);
      squares += value * value;
    }
    lengths += Math.sqrt(squares);
  }
  return {
    columns: cols,
    constant: cols - varies.reduce((sum, one) => sum + one, 0),
    zeros: zeros / data.length,
    least,
    most,
    meanLength: lengths / rows,
  };
}
