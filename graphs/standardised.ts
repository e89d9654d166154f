/**
 * Node features of mean 0 and deviation 1 in each column, over all nodes: columns of another size than the
 * rest, such as sums over hundreds of edges, else drown what stands beside them, label inputs above all.
 */
import type { Graph } from "./graph.ts";

/** The variance of a column of one value is that of its mean's roundings, by its square. */
const ROUNDINGS = 1e-14;

/** The same graph with each column of x shifted and scaled; a column of one value becomes 0. */
export function standardised<G extends Pick<Graph, "x">>(graph: G): G {
  const { data, rows, cols } = graph.x;
  const [means, deviations] = [new Float64Array(cols), new Float64Array(cols)];
  for (let at = 0; at < data.length; at++) means[at % cols]! += data[at]! / rows;
  for (let at = 0; at < data.length; at++) {
    deviations[at % cols]! += (data[at]! - means[at % cols]!) ** 2 / rows;
  }
  const factors = deviations.map((square, col) =>
    square > ROUNDINGS * means[col]! ** 2 ? 1 / Math.sqrt(square) : 0
  );
  const scaled = data.map((value, at) => (value - means[at % cols]!) * factors[at % cols]!);
  return { ...graph, x: { data: scaled, rows, cols } };
}
