/** Findings about memory and parameters, which need no seeds: of two models, and along a variable. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { PaperFigures, PaperPoint } from "../../experiments/experiment.ts";
import type { Finding } from "./finding.ts";
import { bytes, count } from "./format.ts";
import { told } from "./paper_figures.ts";
import type { Summary } from "./summary.ts";

/** What a model costs. */
interface Cost {
  readonly of: (summary: Summary) => number;
  readonly text: (value: number) => string;
  readonly less: string;
  readonly name: string;
  readonly test: string;
  readonly paper: (point: PaperPoint) => string | null;
}

const BYTES = {
  text: bytes,
  less: "takes less memory than",
  test: "bytes, no seed needed",
  paper: ({ memory, score }: PaperPoint) =>
    memory !== undefined ? `${memory} GB` : score === "out of memory" ? score : null,
} as const;

const COSTS = {
  memory: { ...BYTES, name: "memory", of: ({ peakBytes }) => peakBytes },
  activations: { ...BYTES, name: "activations", of: ({ activationBytes }) => activationBytes },
  parameters: {
    name: "parameters",
    of: ({ parameters }) => parameters,
    text: count,
    less: "has fewer parameters than",
    test: "counted, no seed needed",
    paper: ({ parameters }) =>
      parameters === undefined ? null : d3.format(".3~s")(parameters).toUpperCase(),
  },
} as const satisfies Record<string, Cost>;

/** `2.5` times, as it is printed: two digits. */
export function digits(times: number): number {
  return Number(times.toPrecision(2));
}

/** The claim that the first model costs less than the second; the paper's figures of both, or its words. */
export function lessFinding(
  [a, b]: readonly [Summary | undefined, Summary | undefined],
  cost: keyof typeof COSTS,
  paper: PaperFigures | string,
): Finding[] {
  if (!a || !b) return [];
  const { of, text, less, test, paper: printed }: Cost = COSTS[cost];
  const times = digits(of(b) / of(a));
  const share = times > 1
    ? `${times} times less`
    : times === 1
    ? "as much"
    : `${digits(of(a) / of(b))} times more`;
  const theirs = typeof paper === "string" ? [paper] : [a, b].map((model) => {
    const [first] = told(model, paper).flatMap(({ name, point }) => {
      const value = printed(point);
      return value === null ? [] : [`${name} ${value}`];
    });
    return first;
  });
  return [{
    claim: `${a.name} ${less} ${b.name}`,
    ours: `${text(of(a))} against ${text(of(b))}: ${share}`,
    paper: theirs.every((one) => one !== undefined) ? theirs.join(", ") : "less, without figures",
    verdict: times > 1 ? "agrees" : "differs",
    seeds: null,
    test,
  }];
}

/** What varies by no more than this share along a line is flat. */
const FLAT = 0.01;

/** The claim that a model's cost does not depend on the variable, or that it grows with it. */
export function growthFinding(
  runs: readonly Summary[],
  cost: keyof typeof COSTS,
  { grows, paper }: { readonly grows: boolean; readonly paper: string },
): Finding[] {
  const { of, text, name, test }: Cost = COSTS[cost];
  const line = alike(runs);
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || first === last) return [];
  const [least, most] = d3.extent(line, of) as [number, number];
  const flat = most - least <= FLAT * least;
  const slope = slopeOf(line.map((one) => [one.x, of(one)]));
  const range = `from ${first.x} to ${last.at}`;
  const change = `${text(Math.round(Math.abs(slope)))} ${
    slope < 0 ? "less" : "more"
  } a ${first.unit}`;
  return [{
    claim: grows
      ? `${first.name}’s ${name} grow with every ${first.unit}`
      : `${first.name}’s ${name} do not depend on ${
        first.unit === "layer" ? "depth" : `${first.unit}s`
      }`,
    ours: (flat ? `${text(of(last))} ${range}` : `${change} ${range}`) + refusedText(runs),
    paper,
    verdict: (grows ? !flat && slope > 0 : flat) ? "agrees" : "differs",
    seeds: null,
    test,
  }];
}

/**
 * Runs of one model that were measured alike, ascending: by as many parts, with an evaluation or without.
 * Of several such lines the longest, then the deepest: mixing them would fit a slope to the difference.
 */
export function alike(runs: readonly Summary[]): readonly Summary[] {
  const measured = runs.filter(({ status }) => status !== "does not fit");
  const lines = d3.groups(measured, ({ conditions }) => conditions).map(([, line]) =>
    d3.sort(line, ({ x }) => x)
  );
  return d3.greatest(lines, (a, b) => a.length - b.length || a.at(-1)!.x - b.at(-1)!.x) ?? [];
}

/** Slope of the least-squares line through the points. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const [x, y] = [d3.mean(points, ([x]) => x)!, d3.mean(points, ([, y]) => y)!];
  return d3.sum(points, (point) => (point[0] - x) * (point[1] - y)) /
    d3.sum(points, (point) => (point[0] - x) ** 2);
}

/** The first run that was refused, and what it would need. */
function refusedText(runs: readonly Summary[]): string {
  const refused = d3.least(runs.filter(({ status }) => status === "does not fit"), ({ x }) => x);
  if (!refused) return "";
  const { at, peakBytes, memoryBudget } = refused;
  return `; ${at} would need ${bytes(peakBytes)} of ${bytes(memoryBudget!)}`;
}
