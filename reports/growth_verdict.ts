/** What the rows say of the complexity table, in words; every word of it is computed. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Method } from "../experiments/complexity.ts";
import type { Row } from "../training/row.ts";
import { bytes, count, list, plural } from "./format.ts";
import {
  agrees,
  EXPONENT_TOLERANCE,
  exponentText,
  type Growth,
  growthsOf,
  measuredMethods,
  othersText,
  powerText,
  type Quantity,
} from "./growth.ts";
import { timedOn } from "./summary.ts";

/** The two that the paper sets against each other come first. */
const LEADING = ["RevGNN", "ResGNN"];

/** A sentence for each claim that there are rows for. */
export function growthVerdict(rows: readonly Row[]): string {
  if (rows.length === 0) return "Nothing has been measured yet.";
  const lines = [
    leadSentence(rows),
    depthSentence(rows),
    agreementSentence(rows, "activations"),
    agreementSentence(rows, "parameters"),
    timeSentence(rows),
  ].filter((sentence) => sentence !== "");
  return lines.join("\n") || "No size has been varied enough yet: a fit takes three values of it.";
}

function leading(rows: readonly Row[]): Method[] {
  const methods = measuredMethods(rows);
  const found = LEADING.flatMap((name) => methods.filter((method) => method.name === name));
  return found.length > 0 ? found : methods.slice(0, 1);
}

/** `L^0.00 N^0.97 D^1.02`; empty where nothing was fitted. */
function powersOf(growths: readonly Growth[]): string {
  return growths.flatMap((growth) => powerText(growth) ?? []).join(" ");
}

function leadSentence(rows: readonly Row[]): string {
  const clauses = leading(rows).flatMap((method) => {
    const powers = powersOf(growthsOf(rows, method, "activations"));
    return powers === "" ? [] : [{ method, powers }];
  });
  if (clauses.length === 0) return "";
  const text = clauses.map(({ method, powers }, i) =>
    `${method.name}'s ${i === 0 ? "activations grow " : ""}as ${powers} ` +
    `(${i === 0 ? "the paper: " : ""}${method.activations})`
  );
  return `${text.join(", ")}.`;
}

/** Where the deepest of them are: in bytes. */
function depthSentence(rows: readonly Row[]): string {
  const deepest = leading(rows).flatMap((method) => {
    const growth = growthsOf(rows, method, "activations").find(({ size }) => size === "L")!;
    const last = growth.points.at(-1);
    return last ? [{ growth, last }] : [];
  });
  const [first] = deepest;
  if (!first) return "";
  const alike = deepest.filter(({ growth, last }) =>
    last.x === first.last.x && othersText(growth) === othersText(first.growth)
  );
  const values = alike.map(({ growth, last }) => `${growth.method.name}'s take ${bytes(last.y)}`);
  return `With L = ${first.last.x}, ${othersText(first.growth)}, ${list(values)}.`;
}

/** How many exponents are the paper's; what may be behind the others. */
function agreementSentence(rows: readonly Row[], quantity: Quantity): string {
  const growths = measuredMethods(rows).flatMap((method) => growthsOf(rows, method, quantity));
  const judged = growths.filter((growth) => agrees(growth) !== null);
  if (judged.length === 0) return "";
  const wrong = judged.filter((growth) => !agrees(growth));
  const all = plural(judged.length, "exponent");
  const within = `within ${EXPONENT_TOLERANCE} of the paper's`;
  if (wrong.length === 0) return `Of ${quantity}, all ${all} are ${within}.`;
  const clauses = wrong.map((growth) => wrongClause(growth, quantity));
  return `Of ${quantity}, ${judged.length - wrong.length} of ${all} are ${within}; ` +
    `not those of ${list(clauses)}.`;
}

function wrongClause(growth: Growth, quantity: Quantity): string {
  const { method, size, law, printed } = growth;
  const why = reason(growth, quantity);
  return `${method.name} in ${size} (${exponentText(law!.exponent)} instead of ${printed}` +
    `${why ? `: ${why}` : ""})`;
}

/** A part that does not grow makes an exponent of 1 smaller; one that grows faster makes it larger. */
function reason({ points, law, printed, size }: Growth, quantity: Quantity): string {
  if (printed !== 1) return "";
  const text = quantity === "parameters" ? count : bytes;
  const slopes = d3.pairs(points, (from, to) => (to.y - from.y) / (to.x - from.x));
  const [first, last, end] = [slopes[0]!, slopes.at(-1)!, points.at(-1)!];
  if (law!.exponent > printed) {
    return `${text(first)} for each ${size} at first, ${text(last)} at last`;
  }
  const constant = end.y - last * end.x;
  if (!(constant > 0)) return "";
  return `${text(constant)} of ${text(end.y)} at ${size} = ${end.x} do not grow with it`;
}

function timeSentence(rows: readonly Row[]): string {
  const clauses = leading(rows).flatMap((method) => {
    const powers = powersOf(growthsOf(rows, method, "seconds"));
    return powers === "" ? [] : [`${powers} for ${method.name}`];
  });
  const { adapter, several } = timedOn(rows);
  const where = several ? `, on ${adapter},` : "";
  return clauses.length === 0 ? "" : `The time of a step${where} grows as ${list(clauses)}.`;
}
