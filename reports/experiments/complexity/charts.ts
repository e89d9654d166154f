/** Activations against one size at a time: measured points, and the power law fitted to them. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { type Dimension, DIMENSIONS, VARIABLES } from "../../../experiments/complexity.ts";
import type { Row } from "../../../training/row.ts";
import type { LineChart, Point, Series } from "../../charts/chart.ts";
import { bytes, count, list } from "../../findings/format.ts";
import { fixedSizesText, type Growth, growthsOf, measuredMethods, powerText } from "./growth.ts";
import { lookOf } from "../../charts/looks.ts";

/** A chart for each size; sizes that nothing was measured along are left out, save the first. */
export function growthCharts(rows: readonly Row[]): LineChart[] {
  const growths = measuredMethods(rows).flatMap((method) => growthsOf(rows, method, "activations"));
  return DIMENSIONS.flatMap((size, i) => {
    const along = growths.filter((one) => one.size === size && one.points.length > 1);
    return i > 0 && along.length === 0 ? [] : [chart(size, along)];
  });
}

function chart(size: Dimension, growths: readonly Growth[]): LineChart {
  const { name } = VARIABLES[size];
  const lines = d3.groups(growths, ({ points }) => JSON.stringify(points)).map(([, same]) => same);
  return {
    kind: "line",
    id: `activations-${size}`,
    heading: `Peak memory of activations by ${name}`,
    caption: captionOf(growths, lines),
    description: growths.map(words).join(" "),
    height: 360,
    x: { label: `${name} ${size}`, scale: "log", format: count },
    y: { label: "peak of activations, log scale", scale: "binary", format: bytes },
    limit: null,
    strip: "",
    series: lines.flatMap((same) => [measured(same), ...fitted(same[0]!)]),
  };
}

/** At which sizes, and what the lines are. */
function captionOf(growths: readonly Growth[], lines: readonly Growth[][]): string {
  if (growths.length === 0) return "Nothing has been measured yet.";
  const at = d3.groups(growths, fixedSizesText).map(([text, same]) =>
    `${list(same.map(({ method }) => method.name))} at ${text}`
  );
  const powers = lines.flatMap(([first]) => {
    const power = powerText(first!);
    return power === null ? [] : [`${first!.method.name} ${power}`];
  });
  return `One training step; ${[...at, ...lines.flatMap(sameText)].join("; ")}.` +
    (powers.length > 0 ? ` Dashed, fitted to the upper half of the points: ${list(powers)}.` : "");
}

/** Who lies on whose line. */
function sameText([first, ...same]: readonly Growth[]): string[] {
  if (same.length === 0) return [];
  return [`${list(same.map(({ method }) => method.name))} as ${first!.method.name}`];
}

/** One line where several methods have the same points, by the first one's name. */
function measured([first, ...same]: readonly Growth[]): Series {
  const { method, points, size } = first!;
  const as = same.map((growth) => growth.method.name);
  return {
    ...lookOf({ kind: method.measured!.kind, tied: method.measured!.tied }),
    label: [method.name, ""],
    thin: false,
    points: points.map(({ x, y, fits }): Point => {
      const value = `${size} = ${count(x)}: ${bytes(y)}`;
      const title = `${list([method.name, ...as])}, ${value}${fits ? "" : "; does not fit"}`;
      return { x, y, std: null, fits, mark: fits ? "filled" : "cross", value, title };
    }),
    absent: [],
  };
}

function fitted({ method, law }: Growth): Series[] {
  if (!law) return [];
  const at = (x: number): Point => {
    const y = law.factor * x ** law.exponent;
    return { x, y, std: null, fits: true, mark: "none", value: "", title: "" };
  };
  return [{
    ...lookOf({ kind: method.measured!.kind, tied: method.measured!.tied }),
    label: ["", ""],
    model: method.name,
    thin: false,
    dashed: true,
    points: [at(law.from), at(law.to)],
    absent: [],
  }];
}

function words(growth: Growth): string {
  const values = growth.points.map(({ x, y }) => `${bytes(y)} at ${count(x)}`);
  const power = powerText(growth);
  return `${growth.method.name}: ${values.join(", ")}${power ? `; ${power}` : ""}.`;
}
