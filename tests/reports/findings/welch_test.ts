/** Values are SciPy's (1.17.1: special.betainc, stats.t.sf, stats.ttest_ind with equal_var=False). */
import { incompleteBeta, type Sample, twoTails, welch } from "../../../reports/findings/welch.ts";
import { assert, assertEquals } from "../../assert.ts";

/** Relative; what fifteen digits of ln Γ leave of a probability. */
const DIGITS = 1e-12;

function assertNear(value: number | null, expected: number, what: string): void {
  const error = Math.abs(value! - expected) / Math.max(expected, Number.MIN_VALUE);
  assert(value !== null && error <= DIGITS, `${what}: ${value} instead of ${expected}`);
}

function sampleOf(values: readonly number[]): Sample {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const squares = values.reduce((all, value) => all + (value - mean) ** 2, 0);
  return { size: values.length, mean, std: Math.sqrt(squares / (values.length - 1)) };
}

Deno.test("incompleteBeta() has SciPy's values on both sides of its symmetry, and its ends", () => {
  const known: [x: number, a: number, b: number, value: number][] = [
    [0.5, 2, 0.5, 0.11611652351681556],
    [0.1, 1.5, 0.5, 0.013846832988859045],
    [0.9, 2.5, 0.5, 0.48958974456442755],
    [0.999, 20, 0.5, 0.8424161860163615],
    [0.3, 0.5, 0.5, 0.36901011956554536],
    [1e-6, 2, 0.5, 3.7500012500007017e-13],
  ];
  for (const [x, a, b, value] of known) assertNear(incompleteBeta(x, a, b), value, `${x} ${a}`);
  assertEquals([0, 1].map((x) => incompleteBeta(x, 2, 0.5)), [0, 1]);
});

Deno.test("twoTails() has Student's t of few, broken and many degrees of freedom", () => {
  const known: [t: number, freedom: number, value: number][] = [
    [2.7764451051977987, 4, 0.05],
    [0, 5, 1],
    [1, 1, 0.5],
    [-3.2, 2.5, 0.06341102823638145],
    [10, 2, 0.00985245702332569],
    [40, 3.3, 1.5058887281799363e-5],
    [0.1, 4.4, 0.9247375868935132],
  ];
  for (const [t, freedom, value] of known) assertNear(twoTails(t, freedom), value, `t = ${t}`);
  // Of a million degrees the normal distribution's; ln Γ's fifteen digits are of six millions.
  assert(Math.abs(twoTails(1.959963984540054, 1e6) - 0.0500002772952217) <= 1e-9);
});

Deno.test("welch() has SciPy's p of unlike variances and sizes, whichever sample comes first", () => {
  const [a, b] = [[1, 2, 3], [2, 3.5, 4, 6]].map(sampleOf) as [Sample, Sample];
  assertNear(welch(a, b), 0.12313824614778753, "three and four");
  assertNear(welch(b, a), 0.12313824614778753, "four and three");
  const old = [27.5, 21, 19, 23.6, 17, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19, 21.7, 21.4];
  const young = [27.1, 22, 20.8, 23.4, 23.4, 23.5, 25.8, 22, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5];
  assertNear(welch(sampleOf(old), sampleOf([...young, 24.4])), 0.008071938172194903, "fifteen");
  const paper = { size: 10, mean: 83.07, std: 0.3 };
  assertNear(welch(paper, { size: 10, mean: 82.76, std: 0.27 }), 0.025974326909899217, "ten");
});

Deno.test("welch() has no p where a sample is one value, or nothing varies", () => {
  const varied = sampleOf([1, 2, 3]);
  assertEquals(welch(varied, { size: 1, mean: 2, std: null }), null);
  assertEquals(welch({ size: 3, mean: 1, std: 0 }, { size: 3, mean: 2, std: 0 }), null);
  assert(welch(varied, { size: 3, mean: 2, std: 0 }) === 1);
});
