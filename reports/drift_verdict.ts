/** What the rows say of drift, in words; every word of it is computed. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../training/row.ts";
import { seedsText } from "./comparison.ts";
import { type DriftAt, driftsOf, driftText, weightsText } from "./drifts.ts";
import { amount, list, plural } from "./format.ts";
import { refusedText } from "./summary.ts";

/** From here on a gradient is said to be off: one per cent of its largest value. */
export const MUCH = 1e-2;

/** A sentence for each claim that there are rows for. */
export function driftVerdict(rows: readonly Row[]): string {
  const drifts = driftsOf(rows);
  if (rows.length === 0) return "Nothing has been measured yet.";
  if (drifts.length === 0) return `No drift has been measured yet${refusedText(rows)}.`;
  return [
    deepestSentence(drifts),
    muchSentence(drifts),
    growthSentence(drifts),
    trainedSentence(drifts),
  ].filter((sentence) => sentence !== "").join("\n");
}

/** Fresh weights, or where there are none trained ones, at the depth that most of them reach. */
function deepestSentence(drifts: readonly DriftAt[]): string {
  const fresh = drifts.filter(({ epochs }) => epochs === 0);
  const alike = fresh.length > 0 ? fresh : drifts;
  const deepest = d3.groups(alike, ({ layers }) => layers);
  const [layers, models] = d3.greatest(deepest, ([layers, { length }]) => length * 1e6 + layers)!;
  const clauses = models.map(({ norms, worst, epochs }, i) =>
    `${driftText(worst.gradients)}${i === 0 ? " of the largest value" : ""} with ${norms}` +
    (fresh.length > 0 ? "" : ` ${weightsText({ epochs })}`)
  );
  return `After ${amount(layers, "layer")} the gradients of rebuilt activations are off by ` +
    `${list(clauses)} (${seedsText(models, "the worst of ")}).`;
}

/** Where gradients are off by more than a little. */
function muchSentence(drifts: readonly DriftAt[]): string {
  const wrong = drifts.filter(({ worst }) =>
    !(worst.gradients !== null && worst.gradients <= MUCH)
  );
  const bound = `${100 * MUCH} %`;
  if (wrong.length === 0) {
    return `No gradient is off by more than ${bound} of the largest, in ` +
      `${plural(drifts.length, "case")} of up to ` +
      `${amount(d3.max(drifts, ({ layers }) => layers)!, "layer")}.`;
  }
  const models = d3.groups(wrong, (one) => `${one.norms}, ${weightsText(one)},`);
  const places = models.map(([name, depths]) =>
    `${name} at ${list(depths.map(({ layers }) => String(layers)))} layers`
  );
  return `By more than ${bound} they are off in ${wrong.length} of ` +
    `${plural(drifts.length, "case")}: ${list(places)}.`;
}

/** From the fewest to the most layers. */
function growthSentence(drifts: readonly DriftAt[]): string {
  const models = d3.groups(drifts.filter(({ epochs }) => epochs === 0), ({ name }) => name);
  const clauses = models.flatMap(([, depths]) => {
    const [first, last] = [depths[0]!, depths.at(-1)!];
    if (first === last) return [];
    return [
      `from ${driftText(first.worst.firstState)} at ${first.layers} to ` +
      `${driftText(last.worst.firstState)} at ${amount(last.layers, "layer")} with ${first.norms}`,
    ];
  });
  if (clauses.length === 0) return "";
  return `The first layer's input, rebuilt last, drifts ${list(clauses)}.`;
}

/** Whether training makes it better or worse, at the deepest depth that has both. */
function trainedSentence(drifts: readonly DriftAt[]): string {
  const clauses = [...new Set(drifts.map(({ norms }) => norms))].flatMap((norms) => {
    const own = drifts.filter((one) => one.norms === norms);
    const pairs = own.filter(({ epochs }) => epochs > 0).flatMap((trained) => {
      const fresh = own.find(({ layers, epochs }) => layers === trained.layers && epochs === 0);
      return fresh ? [{ fresh, trained }] : [];
    });
    const deepest = d3.greatest(pairs, ({ trained }) => trained.layers);
    if (!deepest) return [];
    const { fresh, trained } = deepest;
    return [
      `${driftText(fresh.worst.gradients)} before and ${driftText(trained.worst.gradients)} ` +
      `${weightsText(trained)} with ${norms} (${amount(trained.layers, "layer")})`,
    ];
  });
  return clauses.length === 0 ? "" : `Training changes the gradients' drift: ${list(clauses)}.`;
}
