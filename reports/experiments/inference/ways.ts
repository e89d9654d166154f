/** Ways of inference over all seeds: what each scores, gains over a single view, and takes. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Inference, Inferred } from "../../../training/measures/inferred.ts";
import type { Row } from "../../../training/row.ts";
import { plural } from "../../findings/format.ts";
import { type Spread, spread, type SpreadOfValues } from "../../findings/spread.ts";

/** One model by one way. */
export interface Way extends Inference {
  readonly name: string;
  readonly seeds: number;
  readonly valid: Spread;
  readonly test: SpreadOfValues;
  /** Test score over that of one view of as many parts, seed by seed; null for that one itself. */
  readonly gain: Spread | null;
  /** The largest of any seed. */
  readonly peakBytes: number;
  readonly seconds: Spread;
}

/** Models in the order of the rows, then fewer parts, then fewer views. */
export function waysOf(rows: readonly Row[]): Way[] {
  const names = [...new Set(rows.map(({ name }) => name))];
  const found = rows.flatMap((row) => (row.inferred ?? []).map((way) => ({ row, way })));
  const groups = d3.groups(found, ({ row, way }) => `${row.name} ${way.parts} ${way.views}`);
  const ways = groups.map(([, group]): Way => {
    const { row: { name }, way: { parts, views } } = group[0]!;
    const single = { parts, views: 1 };
    const of = (value: (way: Inferred) => number) => spread(group.map(({ way }) => value(way)))!;
    return {
      ...{ name, parts, views },
      seeds: group.length,
      valid: of(({ scores }) => scores.valid),
      test: of(({ scores }) => scores.test),
      gain: views === 1 ? null : gainOver(group.map(({ row }) => row), single, { parts, views }),
      peakBytes: d3.max(group, ({ way }) => way.peakBytes)!,
      seconds: of(({ seconds }) => seconds),
    };
  });
  return d3.sort(ways, (way) => names.indexOf(way.name), (way) => way.parts, (way) => way.views);
}

/** How much more one way scores than another on the test part, seed by seed; null where no seed has both. */
function gainOver(rows: readonly Row[], from: Inference, to: Inference): Spread | null {
  return spread(rows.map(({ inferred = [] }) => {
    const [a, b] = [from, to].map(({ parts, views }) =>
      inferred.find((way) => way.parts === parts && way.views === views)?.scores.test
    );
    return a === undefined || b === undefined ? null : b - a;
  }));
}

/** `10 views of 3 parts`, `the whole graph`. */
export function wayText({ parts, views }: Inference): string {
  return parts === 1 ? "the whole graph" : `${plural(views, "view")} of ${plural(parts, "part")}`;
}
