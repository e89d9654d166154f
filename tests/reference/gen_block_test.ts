import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { type BlockParams, genBlock, genBlockBackward } from "./gen_block.ts";
import { compose } from "./compose.ts";
import { genAggregate } from "./gen_aggregate.ts";
import { linear } from "./linear.ts";
import {
  type Dense,
  dense,
  dot,
  finiteDifferences,
  largestError,
  matricesOf,
  random,
} from "./matrix.ts";
import { normAct } from "./norm_act.ts";

// Node 1 is isolated, node 2 has a loop and a repeated edge.
const graph = {
  rowPtr: Uint32Array.of(0, 2, 2, 5, 7),
  colIdx: Uint32Array.of(1, 3, 0, 0, 2, 1, 2),
};
const params = {
  norm: aroundOne(random(2, 3, 1)),
  edgeEncoder: random(7, 3, 2),
  mlp0: random(4, 6, 3),
  mlpNorm: aroundOne(random(2, 6, 4)),
  mlp3: random(7, 3, 5),
} satisfies BlockParams;
const [x, dy] = [random(4, 3, 6), random(4, 3, 7)];
const mask = { ...x, data: x.data.map((_, k) => k % 4 === 0 ? 0 : 4 / 3) };

for (const features of [0, 2]) {
  for (const masked of [false, true]) {
    const title = `${features} edge features, masked: ${masked}`;
    Deno.test(`genBlockBackward() equals finite differences, ${title}`, () => {
      const [edgeFeatures, outer] = [random(7, features, 8), random(features + 1, 6, 9)];
      const kept = masked ? mask : undefined;
      const loss = () => dot(genBlock(graph, edgeFeatures, outer, params, x, kept), dy);
      const backward = genBlockBackward(graph, edgeFeatures, outer, params, x, dy, kept);
      const variables = { x, outer, ...params };
      const gradients = new Map(
        matricesOf({ x: backward.dx, outer: backward.dOuter, ...backward.dParams }),
      );
      assertEquals(gradients.size, 7);
      for (const [name, variable] of matricesOf(variables)) {
        assert(gradients.get(name)!.data.some((value) => value !== 0), `${name} has a gradient`);
        const expected = finiteDifferences(loss, variable.data);
        const error = largestError(gradients.get(name)!.data, expected);
        assert(error <= FINITE_DIFFERENCE, `${name}: ${error}`);
      }
    });
  }
}

Deno.test("genBlock() of nodes without edges is the MLP of the activated input", () => {
  const edges = { rowPtr: new Uint32Array(5), colIdx: new Uint32Array(0) };
  const outer = random(3, 6, 9);
  const activated = normAct(x, params.norm, mask);
  const hidden = normAct(linear(activated, params.mlp0), params.mlpNorm);
  assertEquals(
    genBlock(edges, dense(0, 2), outer, params, x, mask),
    linear(hidden, params.mlp3),
  );
  const encoder = compose(outer, params.edgeEncoder);
  assertEquals(genAggregate(edges, activated, dense(0, 2), encoder).y, activated);
});

/** Scales and shifts with which the branch is not dead. */
function aroundOne(affine: Dense): Dense {
  return { ...affine, data: affine.data.map((value) => 1 + value / 2) };
}
