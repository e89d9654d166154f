import { assert } from "../assert.ts";
import { FINITE_DIFFERENCE, FLOAT64 } from "../tolerances.ts";
import { gatConvolution, gatConvolutionBackward, type GatParams } from "./gat_convolution.ts";
import { type Dense, dot, finiteDifferences, largestError, matricesOf, random } from "./matrix.ts";

// Node 1 has no in-edges, 2 has a loop, 3 the same source three times, 4 only itself, twice.
const graph = {
  rowPtr: Uint32Array.of(0, 3, 3, 5, 9, 11),
  colIdx: Uint32Array.of(1, 2, 4, 0, 2, 0, 0, 0, 1, 4, 4),
};
// Of node 2 nothing is left, of node 4 one edge.
const KEEP = [0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0];
const SWITCHES = ["attn_r", "symmetric", "residual", "dropped"];
const [INPUTS, HEADS, OUTPUTS] = [4, 2, 3];

/** Random values for the parameters that there are. */
function paramsOf(destination: boolean, residual: boolean): GatParams {
  const width = HEADS * OUTPUTS;
  return {
    fc: random(INPUTS, width, 1),
    attnL: random(1, width, 2),
    ...destination && { attnR: random(1, width, 3) },
    ...residual && { resFc: random(INPUTS, width, 4) },
  };
}

Deno.test("gatConvolution() of a small graph", () => {
  // 1 → 0 and twice 2 → 0; one channel, W = 1, attn_l = ln 2, attn_r = -ln 2 · 10, W_res = 100.
  const edges = { rowPtr: Uint32Array.of(0, 3, 3, 3), colIdx: Uint32Array.of(1, 2, 2) };
  const value = (...data: number[]): Dense => ({
    rows: data.length,
    cols: 1,
    data: Float64Array.from(data),
  });
  const x = value(1, 2, 3);
  const params = { fc: value(1), attnL: value(Math.LN2) };
  const close = (params: GatParams, options: object, expected: number[]) => {
    const y = gatConvolution(edges, x, params, { heads: 1, ...options });
    assert(largestError(y.data, expected) <= FLOAT64, `${y.data} is not ${expected}`);
  };
  close(params, {}, [(4 * 2 + 2 * 8 * 3) / (4 + 2 * 8), 0, 0]);
  close(params, { keep: [1, 1, 0] }, [(4 * 2 + 8 * 3) / (4 + 8), 0, 0]);
  close({ ...params, resFc: value(100) }, { keep: [0, 0, 0] }, [100, 200, 300]);
  // Negative sums count a fifth: 2^((2 - 10)/5), 2^((3 - 10)/5).
  const [a, b] = [2 ** (-8 / 5), 2 ** (-7 / 5)];
  const attnR = value(-10 * Math.LN2);
  close({ ...params, attnR }, {}, [(a * 2 + 2 * b * 3) / (a + 2 * b), 0, 0]);
  // 2 has two out-edges, 0 three in-edges; without kept ones the same.
  const [c, d] = [2 ** 2, 2 ** (3 / Math.SQRT2)];
  const sum = c * 2 + d * 3 / Math.SQRT2;
  close(params, { symmetric: true, keep: [1, 1, 0] }, [Math.sqrt(3) * sum / (c + d), 0, 0]);
});

for (let choice = 0; choice < 16; choice++) {
  const [destination, symmetric, residual, drops] = [1, 2, 4, 8].map((bit) => (choice & bit) > 0);
  const title = SWITCHES.filter((_, i) => choice & 1 << i).join(", ") || "plain";
  Deno.test(`gatConvolutionBackward() equals finite differences, ${title}`, () => {
    const params = paramsOf(destination!, residual!);
    const [x, dy] = [random(5, INPUTS, 8), random(5, HEADS * OUTPUTS, 6)];
    const options = { heads: HEADS, symmetric: symmetric!, keep: drops ? KEEP : undefined };
    const { dx, dParams } = gatConvolutionBackward(graph, x, params, dy, options);
    const loss = () => dot(gatConvolution(graph, x, params, options), dy);
    assert(largestError(dx.data, finiteDifferences(loss, x.data)) <= FINITE_DIFFERENCE);
    const gradients = new Map(matricesOf(dParams));
    const matrices = matricesOf(params);
    assert(matrices.length === 2 + Number(destination) + Number(residual));
    for (const [name, { data }] of matrices) {
      const expected = finiteDifferences(loss, data);
      // Scores of targets matter only where they move sums of both signs.
      assert(expected.some((gradient) => Math.abs(gradient) > 1e-3), `${name} has no gradient`);
      const error = largestError(gradients.get(name)!.data, expected);
      assert(error <= FINITE_DIFFERENCE, `${name} is off by ${error}`);
    }
  });
}
