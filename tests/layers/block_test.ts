import { readGradients } from "../../training/files/state_dict.ts";
import { assert, assertEquals } from "../assert.ts";
import { assertClose, rounded, upload } from "../kernels/device.ts";
import { genBlock, genBlockBackward } from "../reference/gen_block.ts";
import { add, largestError, matricesOf, random } from "../reference/matrix.ts";
import { KERNEL, MODEL } from "../tolerances.ts";
import { blockParams, edgeFeatures, graph, makeBlocks, matrixOf } from "./blocks.ts";

/** Whole vec4, less than one, and more. */
const CHANNELS = [4, 3, 10];
const GROUP = 1;

for (const channels of CHANNELS) {
  for (const rate of [0, 0.2]) {
    const title = `${channels} channels, dropout ${rate}`;
    const [x, y, dy, into] = [1, 2, 3, 4].map((seed) =>
      rounded(random(graph.nodes, channels, seed))
    );

    Deno.test(`Block of GenConvolution adds or subtracts the reference's branch, ${title}`, async () => {
      const { blocks, pass, outer, params, mask } = makeBlocks(1, 2, channels, rate);
      const branch = genBlock(graph, edgeFeatures, outer, params(0, GROUP), x!, mask(GROUP));
      for (const sign of [1, -1] as const) {
        const result = upload(y!);
        using _saved = blocks[0]![GROUP]!.forward(pass, upload(x!), result, sign);
        const signed = { ...branch, data: branch.data.map((value) => sign * value) };
        await assertClose(result, add(y!, signed), KERNEL, `y with sign ${sign}`);
      }
    });

    Deno.test(`Block of GenConvolution has the reference's gradients, ${title}`, async () => {
      const { blocks, pass, layout, outer, params, mask } = makeBlocks(1, 2, channels, rate);
      const expected = genBlockBackward(
        graph,
        edgeFeatures,
        outer,
        params(0, GROUP),
        x!,
        dy!,
        mask(GROUP),
      );
      const block = blocks[0]![GROUP]!;
      using saved = block.forward(pass, upload(x!), upload(y!), 1);
      using dx = block.backward(pass, upload(dy!), saved);
      await assertClose(dx, expected.dx, MODEL, "dx");
      await assertGradients(1);

      // Into a gradient that is there already; the parameters' are added to theirs once more.
      const sum = upload(into!);
      block.backward(pass, upload(dy!), saved, sum);
      await assertClose(sum, add(into!, expected.dx), MODEL, "dx added to another");
      await assertGradients(2);

      async function assertGradients(times: number): Promise<void> {
        const gradients = await readGradients(pass.parameters);
        const actual = matricesOf({
          outer: matrixOf(layout, gradients, "edge_encoder"),
          ...blockParams(layout, gradients, `0.${GROUP}`),
        });
        const expectations = new Map(matricesOf({ outer: expected.dOuter, ...expected.dParams }));
        assertEquals(actual.length, expectations.size);
        for (const [name, { data }] of actual) {
          const error = largestError(data, expectations.get(name)!.data.map((g) => times * g));
          if (!(error <= MODEL)) throw new Error(`${name} is off by ${error}`);
        }
        const others = matricesOf(blockParams(layout, gradients, "0.0"));
        assert(others.every(([, { data }]) => data.every((gradient) => gradient === 0)));
      }
    });
  }
}
