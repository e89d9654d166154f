/** What the rows say of memory and score, in words; every word of it is computed. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../training/row.ts";
import { bytes, list, score, spreadText } from "./format.ts";
import { summarise, type Summary } from "./summary.ts";

/** A sentence for each claim that there are rows for. */
export function memoryVerdict(rows: readonly Row[]): string {
  const summaries = summarise(rows);
  if (summaries.length === 0) return "Nothing has been measured yet.";
  const models = d3.groups(summaries, (summary) => summary.name);
  const reversibleFirst = d3.sort(models, ([, [first]]) => first!.model.kind === "rev-gnn" ? 0 : 1);
  const memory = reversibleFirst.map(([name, depths]) => memoryClause(name, depths)).join("; ");
  return `${memory}. ${scoreSentence(rows, summaries)}`.trim();
}

function memoryClause(name: string, depths: readonly Summary[]): string {
  const fits = depths.filter((summary) => summary.status !== "does not fit");
  const tooDeep = depths.find((summary) => summary.status === "does not fit");
  const need = tooDeep &&
    `need ${bytes(tooDeep.peakBytes)} in total at ${tooDeep.layers} layers, ` +
      `over the budget of ${bytes(tooDeep.memoryBudget!)}`;
  const first = fits[0];
  if (!first) return `${name} would ${need}`;
  const grown = `${name}'s activations ${growth(first, fits.at(-1)!)}`;
  return need ? `${grown}, and it would ${need}` : grown;
}

function growth(first: Summary, last: Summary): string {
  const from = bytes(first.activationBytes);
  const to = bytes(last.activationBytes);
  if (first.layers === last.layers) return `take ${from} at ${first.layers} layers`;
  if (from === to) return `take ${from} at ${first.layers} and at ${last.layers} layers`;
  const perLayer = (last.activationBytes - first.activationBytes) / (last.layers - first.layers);
  const verb = perLayer > 0 ? "grow" : "shrink";
  return `${verb} by ${
    bytes(Math.abs(perLayer))
  } a layer, from ${from} at ${first.layers} layers ` +
    `to ${to} at ${last.layers}`;
}

/** Compares models at the deepest depth that two or more were trained at. */
function scoreSentence(rows: readonly Row[], summaries: readonly Summary[]): string {
  const trained = d3.groups(summaries.filter(({ scores }) => scores), (summary) => summary.layers);
  const shared = trained.filter(([, models]) => models.length > 1);
  const [layers, models = []] = d3.greatest(shared, ([layers]) => layers) ?? [];
  if (layers === undefined) return "";
  const scores = models.map(({ name, scores }) =>
    `${spreadText(scores!.test, score)} % for ${name}`
  );
  return `Trained with ${layers} layers on ${rows[0]!.dataset}, the test ROC-AUC is ${
    list(scores)
  }.`;
}
