/** Compares a convolution and its gradients on the device with their float64 reference. */
import type { Convolution } from "../../layers/convolution.ts";
import type { Pass } from "../../layers/pass.ts";
import type { ParameterLayout } from "../../layers/parameter_layout.ts";
import type { Parameters } from "../../layers/parameters.ts";
import { readGradients } from "../../training/files/state_dict.ts";
import { assertEquals } from "../assert.ts";
import { assertClose, rounded, upload } from "../kernels/device.ts";
import { add, type Dense, largestError, matricesOf, random } from "../reference/matrix.ts";
import { KERNEL, MODEL } from "../tolerances.ts";

/** What a convolution is tested with: x [nodes, inputs], and y and dy [nodes, outputs]. */
export function inputsOf(nodes: number, inputs: number, outputs = inputs) {
  const [x, y, dy] = [inputs, outputs, outputs].map((cols, i) =>
    rounded(random(nodes, cols, i + 1))
  );
  return { x: x!, y: y!, dy: dy! };
}

/** Compares values with either sign, and gradients that add up over two backward passes. */
export async function compareConvolution(
  convolution: Convolution,
  pass: Pass & { readonly parameters: Parameters },
  layout: ParameterLayout,
  { x, y, dy }: ReturnType<typeof inputsOf>,
  { branch, dx, gradients, named, title = "" }: {
    /** What is added to y. */
    branch: Dense;
    dx: Dense;
    /** Of all parameters by their names, and maybe of others. */
    gradients: object;
    /** The same structure out of flat values. */
    named: (values: Float32Array) => object;
    title?: string;
  },
): Promise<void> {
  for (const sign of [1, -1] as const) {
    const result = upload(y);
    using _saved = convolution.forward(pass, upload(x), result, sign);
    const signed = { ...branch, data: branch.data.map((value) => sign * value) };
    await assertClose(result, add(y, signed), KERNEL, `y with sign ${sign}, ${title}`);
  }

  const expected = new Map(matricesOf(gradients));
  using saved = convolution.forward(pass, upload(x), upload(y), 1);
  for (const times of [1, 2]) {
    using ours = convolution.backward(pass, upload(dy), saved);
    await assertClose(ours, dx, MODEL, `dx, ${title}`);
    const actual = matricesOf(named(await readGradients(pass.parameters)));
    assertEquals(actual.length, layout.parameters.length);
    for (const [name, { data }] of actual) {
      const error = largestError(data, expected.get(name)!.data.map((g) => times * g));
      if (!(error <= MODEL)) throw new Error(`gradient of ${name} is off by ${error}, ${title}`);
    }
  }
}
