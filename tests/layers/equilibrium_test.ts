/** Fixed points of the cell with GCN or SAGE, and their gradients, against float64. */
import type { Tensor } from "../../gpu/tensor.ts";
import { STREAMS } from "../../kernels/dropout.ts";
import type { EquilibriumGiven } from "../../layers/equilibrium_options.ts";
import type { Pass } from "../../layers/pass.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertClose, read, rounded, upload } from "../kernels/device.ts";
import { dropoutKey, dropoutMask } from "../reference/dropout.ts";
import { equilibrium, jacobianNorm } from "../reference/equilibrium.ts";
import { cell, cellBackward, type CellParams } from "../reference/equilibrium_cell.ts";
import { type Dense, dense, dot, random } from "../reference/matrix.ts";
import { EQUILIBRIUM, MODEL } from "../tolerances.ts";
import {
  assertGradients,
  CHANNELS,
  differences,
  dy,
  graph,
  NODES,
  problem,
  SEED,
  x,
} from "./equilibria.ts";

/** The adjoint system's are those of the solution, where there is one. */
const TIGHT = { tolerance: 1e-6, maxSteps: 100 } as const;

for (const operator of ["gcn", "sage"] as const) {
  Deno.test(`EquilibriumCell and its gradients equal the reference, ${operator}`, async () => {
    const { cell: device, pass, params, mask, gradients } = problem(operator, {});
    const z = rounded(random(NODES, CHANNELS, 4));
    const [onDevice, injected] = [upload(z), upload(x)];
    const { y, saved } = device.forward(pass, onDevice, injected);
    await assertClose(y, cell(operator, graph, params, z, x, mask), MODEL, "f(z)");
    const expected = cellBackward(operator, graph, params, z, x, dy, mask);
    const frozen = device.backward(
      { ...pass, parameters: pass.parameters.frozen },
      upload(dy),
      saved,
    );
    await assertClose(frozen.dz, expected.dz, MODEL, "dz, frozen");
    const untouched = await gradients();
    assert(Object.values(untouched).every(({ data }) => data.every((value) => value === 0)));
    const { dz, dx } = device.backward(pass, upload(dy), saved);
    await assertClose(dz, expected.dz, MODEL, "dz");
    await assertGradients(
      { dx, params: await gradients() },
      { ...expected.dParams, x: expected.dx },
      MODEL,
    );
  });

  for (const solver of ["anderson", "broyden", "fixed-point"] as const) {
    Deno.test(`Equilibrium's implicit gradient is that of float64, ${operator}, ${solver}`, async () => {
      const made = problem(operator, { solver, ...TIGHT });
      const { pass, params, mask, gradients, solves } = made;
      const injected = upload(x);
      const { y, saved } = await made.equilibrium.forward(pass, injected);
      const solution = () => equilibrium(operator, graph, params, x, mask);
      await assertClose(y, solution(), EQUILIBRIUM, "z*");
      const dx = await made.equilibrium.backward(pass, upload(dy), saved);
      const expected = differences(params, () => dot(solution(), dy));
      await assertGradients({ dx, params: await gradients() }, expected, EQUILIBRIUM);
      assertEquals(solves.map(({ of, status }) => [of, status]), [
        ["training", "converged"],
        ["adjoint", "converged"],
      ]);
      saved[Symbol.dispose]();
    });
  }
}

for (
  const [options, what] of [
    [{ gradient: "unrolled", maxSteps: 60 }, "unrolled"],
    [
      { gradient: { kind: "phantom", steps: 120, damping: 0.5 }, ...TIGHT },
      "many phantom steps",
    ],
  ] as const
) {
  Deno.test(`Equilibrium's gradient through ${what} is the implicit one`, async () => {
    const pass = async (options: EquilibriumGiven) => {
      const { pass, equilibrium, gradients } = problem("gcn", options);
      using injected = upload(x);
      const { y, saved } = await equilibrium.forward(pass, injected);
      const dx = await equilibrium.backward(pass, upload(dy), saved);
      saved[Symbol.dispose]();
      return { y, dx, params: await gradients() };
    };
    const [implicit, other] = [await pass(TIGHT), await pass(options)];
    const shaped = async (tensor: Tensor) => ({
      ...x,
      data: Float64Array.from(await read(tensor)),
    });
    await assertClose(other.y, await shaped(implicit.y), EQUILIBRIUM, "z*");
    const expected = { ...implicit.params, x: await shaped(implicit.dx) };
    await assertGradients(other, expected, EQUILIBRIUM);
  });
}

for (
  const [gradient, damping] of [
    [{ kind: "one-step" }, 1],
    [{ kind: "phantom", steps: 1, damping: 0.5 }, 0.5],
  ] as const
) {
  Deno.test(`Equilibrium's ${gradient.kind} gradient passes a step from the solution`, async () => {
    const made = problem("gcn", { gradient, ...TIGHT });
    const { pass, equilibrium: layer, params, mask, gradients } = made;
    const injected = upload(x);
    const { saved } = await layer.forward(pass, injected);
    const dx = await layer.backward(pass, upload(dy), saved);
    const z = equilibrium("gcn", graph, params, x, mask);
    const scaled = { ...dy, data: dy.data.map((value) => damping * value) };
    const expected = cellBackward("gcn", graph, params, z, x, scaled, mask);
    await assertGradients(
      { dx, params: await gradients() },
      { ...expected.dParams, x: expected.dx },
      EQUILIBRIUM,
    );
  });
}

Deno.test("Equilibrium's Jacobian term has the gradient of the reference's", async () => {
  const jacobianWeight = 0.7;
  const pass = async (jacobianWeight: number) => {
    const { pass, equilibrium, params, mask, gradients } = problem("gcn", {
      ...TIGHT,
      gradient: { kind: "implicit", jacobianWeight },
    });
    const injected = upload(x);
    const { saved } = await equilibrium.forward(pass, injected);
    const dx = await equilibrium.backward(pass, upload(dy), saved);
    saved[Symbol.dispose]();
    return { dx: await read(dx), of: await gradients(), params, mask };
  };
  const [plain, weighed] = [await pass(0), await pass(jacobianWeight)];
  const { params, mask } = plain;
  const z = equilibrium("gcn", graph, params, x, mask);
  const drawn = dropoutMask(dropoutKey(SEED, 1, STREAMS.layers, 1), 0.5, NODES, CHANNELS);
  const v = { ...drawn, data: drawn.data.map((value) => value - 1) };
  assertEquals(new Set(v.data), new Set([-1, 1]));
  const f = (z: Dense) => cell("gcn", graph, params, z, x, mask);
  const expected = differences(params, () => jacobianWeight * jacobianNorm(f, z, v, 1e-2));
  const less = (a: Dense, b: Dense) => ({ ...a, data: a.data.map((v, k) => v - b.data[k]!) });
  const names = ["first", "norm1", "second", "norm2"] as const;
  const terms = Object.fromEntries(
    names.map((name) => [name, less(weighed.of[name], plain.of[name])]),
  ) as Record<keyof CellParams, Dense>;
  const dx = upload({ ...x, data: Float64Array.from(weighed.dx, (d, k) => d - plain.dx[k]!) });
  await assertGradients({ dx, params: terms }, expected, EQUILIBRIUM);
});

Deno.test("Equilibrium says how its solves ended, and returns the best iterate", async () => {
  const outside = (pass: Pass): Pass => ({ ...pass, mode: "evaluation", masks: undefined });
  const hasty = problem("gcn", { maxSteps: 1, tolerance: 1e-6 });
  const { solves, params } = hasty;
  const injected = upload(x);
  using _y = await hasty.equilibrium.predict(outside(hasty.pass), injected);
  assertEquals(solves.map(({ of, status, steps }) => [of, status, steps]), [
    ["evaluation", "max_steps", 1],
  ]);
  assert(solves[0]!.residual > 1e-6 && solves[0]!.residuals.length === 2);
  const enough = problem("gcn", TIGHT);
  using y = await enough.equilibrium.predict(outside(enough.pass), injected);
  await assertClose(y, equilibrium("gcn", graph, params, x), EQUILIBRIUM, "z* without a mask");
});

Deno.test("Equilibrium unrolls where the pass says so, solving nothing", async () => {
  const { pass, equilibrium: layer, solves, params, mask } = problem("gcn", TIGHT);
  const injected = upload(x);
  const { y, saved } = await layer.forward({ ...pass, equilibrium: { unrolled: 2 } }, injected);
  const f = (z: Dense) => cell("gcn", graph, params, z, x, mask);
  await assertClose(y, f(f(dense(NODES, CHANNELS))), MODEL, "two steps");
  assertEquals([solves.length, saved.steps.length], [0, 2]);
  saved[Symbol.dispose]();
});

Deno.test("Equilibrium refuses options that make no sense, or that it would not read", () => {
  const wrong: [object, string][] = [
    [{ solver: "newton" }, "Cannot use solver newton: expected anderson, broyden, fixed-point"],
    [{ maxSteps: 0 }, "Cannot use maxSteps 0: expected a whole number from 1"],
    [{ tolerance: NaN }, "Cannot use tolerance NaN: expected a number"],
    [
      { gradient: { kind: "phantom", damping: 2 } },
      "Cannot use gradient.damping 2: expected a number above 0 and up to 1",
    ],
    [
      { gradient: { kind: "phantom", jacobianWeight: 1 } },
      "Cannot use gradient.jacobianWeight: phantom has none, only implicit takes it",
    ],
    [
      { solver: { kind: "broyden", damping: 0.5 } },
      "Cannot use solver.damping: broyden has none, only anderson or fixed-point takes it",
    ],
    [
      { solver: { kind: "fixed-point", memory: 3 } },
      "Cannot use solver.memory: fixed-point has none, only anderson or broyden takes it",
    ],
    [
      { gradient: { kind: "one-step", steps: 9 } },
      "Cannot use gradient.steps: one-step has none, only implicit or phantom takes it",
    ],
    [
      { gradient: { damping: 0.5 } },
      "Cannot use gradient.damping: implicit has none, only phantom or reversible takes it",
    ],
  ];
  for (const [options, sentence] of wrong) {
    assertThrows(() => problem("gcn", options), RangeError, sentence);
  }
});
