import { randomEdges } from "../kernels/graphs.ts";
import { fromEdges } from "../../graphs/csr.ts";
import { assert } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { cell, cellBackward } from "./equilibrium_cell.ts";
import { dot, finiteDifferences, largestError, random } from "./matrix.ts";

const [NODES, CHANNELS] = [9, 4];
const edges = randomEdges(NODES, 20, 1);
const graph = fromEdges(
  NODES,
  Uint32Array.from(edges, ([source]) => source),
  Uint32Array.from(edges, ([, target]) => target),
  { data: new Float32Array(0), rows: edges.length, cols: 0 },
);

for (const operator of ["gcn", "sage"] as const) {
  Deno.test(`cellBackward() equals finite differences, ${operator}`, () => {
    const rows = operator === "gcn" ? CHANNELS + 1 : 2 * CHANNELS + 1;
    const params = {
      first: random(rows, CHANNELS, 1),
      norm1: random(2, CHANNELS, 2),
      second: random(rows, CHANNELS, 3),
      norm2: random(2, CHANNELS, 4),
    };
    const [z, x, dy, drawn] = [5, 6, 7, 8].map((seed) => random(NODES, CHANNELS, seed));
    const mask = { ...drawn!, data: drawn!.data.map((v) => v < 0 ? 0 : 2) };
    const { dz, dx, dParams } = cellBackward(operator, graph, params, z!, x!, dy!, mask);
    const loss = () => dot(cell(operator, graph, params, z!, x!, mask), dy!);
    const close = (gradient: Float64Array, values: Float64Array, what: string) =>
      assert(largestError(gradient, finiteDifferences(loss, values)) <= FINITE_DIFFERENCE, what);
    close(dz.data, z!.data, "dz");
    close(dx.data, x!.data, "dx");
    for (const name of ["first", "norm1", "second", "norm2"] as const) {
      close(dParams[name].data, params[name].data, name);
    }
  });
}
