import { learningRateAt } from "../../../training/steps/schedule.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FLOAT64 } from "../../tolerances.ts";

/** torch.optim.lr_scheduler.OneCycleLR(max_lr=0.02, total_steps=steps) of PyTorch 1.13, step by step. */
const TORCH: [steps: number, rates: Record<number, number>][] = [
  [4, {
    0: 0.0007999999999999986,
    1: 0.01623491307899526,
    2: 0.005661219964173985,
    3: 8e-8,
  }],
  [10, {
    0: 0.0007999999999999986,
    1: 0.0104,
    2: 0.02,
    3: 0.019009692640269475,
    6: 0.007774839561274216,
    9: 8e-8,
  }],
  [60, {
    0: 0.0007999999999999986,
    1: 0.0009634582430345408,
    8: 0.0095142237491523,
    17: 0.02,
    18: 0.019972038083659913,
    30: 0.015633218047833897,
    45: 0.005000060000000003,
    58: 2.8041916340085955e-05,
    59: 8e-8,
  }],
];

Deno.test("learningRateAt() of one-cycle equals PyTorch's OneCycleLR", () => {
  for (const [steps, rates] of TORCH) {
    for (const [step, expected] of Object.entries(rates)) {
      const error = learningRateAt("one-cycle", 0.02, Number(step), steps) / expected - 1;
      assert(Math.abs(error) <= FLOAT64, `step ${step} of ${steps}: off by ${error}`);
    }
  }
});

Deno.test("learningRateAt() of one-cycle takes the peak first where there is no room to rise", () => {
  const share = (cosine: number) => 0.02 * (4e-6 + (1 - 4e-6) * (1 + cosine) / 2);
  const expected = [[0.02], [0.02, share(0)], [0.02, share(0.5), share(-0.5)]];
  for (const rates of expected) {
    rates.forEach((rate, step) => {
      const error = learningRateAt("one-cycle", 0.02, step, rates.length) / rate - 1;
      assert(Math.abs(error) <= FLOAT64, `step ${step} of ${rates.length}: off by ${error}`);
    });
  }
});

Deno.test("learningRateAt() of one-cycle rises to its peak, then falls", () => {
  const rates = Array.from({ length: 200 }, (_, step) => learningRateAt("one-cycle", 1, step, 200));
  const top = rates.indexOf(Math.max(...rates));
  assertEquals([top, rates[top]], [59, 1]);
  for (let step = 1; step < rates.length; step++) {
    const rises = rates[step]! > rates[step - 1]!;
    assertEquals(rises, step <= top, `step ${step}`);
  }
});

Deno.test("learningRateAt() of constant is its peak at every step", () => {
  assertEquals([0, 1, 99].map((step) => learningRateAt("constant", 0.3, step, 100)), [
    0.3,
    0.3,
    0.3,
  ]);
});

Deno.test("learningRateAt() of warm-up rises in a line to its peak, and stays", () => {
  const rates = Array.from({ length: 9 }, (_, step) => learningRateAt("warm-up", 0.8, step, 9, 4));
  assertEquals(rates, [0.2, 0.4, 0.8 * 0.75, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8]);
  const slow = (step: number) => learningRateAt("warm-up", 1, step, 2000, 50);
  assertEquals([0, 48, 49, 50, 1999].map(slow), [
    0.02,
    0.98,
    1,
    1,
    1,
  ]);
});
