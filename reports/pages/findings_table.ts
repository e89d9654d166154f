/** The claim of an experiment, and its findings as a table: the paper's word, ours, and the verdict. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Experiment } from "../../experiments/experiment.ts";
import type { Row } from "../../training/row.ts";
import { basisText, emptyText, type Finding, WHAT_SEEDS_SHARE } from "../findings/finding.ts";
import type { Body } from "./html.ts";

/** What stands in each column; the paper's is others' where the figure is theirs. */
function headsOf(whose: string | undefined): readonly string[] {
  return ["claim", whose === undefined ? "the paper" : "others", "here", "verdict"];
}

/** What the paper says, or whoever's figure it is, in a sentence or two. */
export function drawClaim(
  parent: Body,
  { claim, whose }: Pick<Experiment, "claim" | "whose">,
): void {
  const statement = parent.append("div").attr("class", "claim");
  statement.append("p").attr("class", "who")
    .text(whose === undefined ? "The paper says" : `${whose} say`);
  statement.append("p").text(claim);
}

/** A row for each finding, in words where there is none; below them what the verdicts rest on. */
export function drawFindings(
  parent: Body,
  findings: readonly Finding[],
  rows: readonly Row[],
  { whose }: Pick<Experiment, "whose">,
): void {
  const box = drawBox(parent, findings, rows);
  if (findings.length === 0) return;
  const table = box.append("table");
  table.append("thead").append("tr").selectAll("th").data(headsOf(whose)).join("th")
    .attr("scope", "col").text((head) => head);
  const body = table.append("tbody");
  for (const finding of findings) {
    const row = body.append("tr");
    drawFinding(row, finding, { claim: "th", whose });
  }
  if (findings.some(({ seeds }) => seeds !== null)) {
    box.append("p").attr("class", "note").text(WHAT_SEEDS_SHARE);
  }
}

/** A finding's cells; its claim is a row's head, unless something else is. */
export function drawFinding(
  row: d3.Selection<HTMLTableRowElement, unknown, null, undefined>,
  finding: Finding,
  { claim = "td", whose }: { readonly claim?: "th" | "td"; readonly whose?: string | undefined } =
    {},
): void {
  const heads = headsOf(whose);
  const head = row.append(claim).text(finding.claim);
  if (claim === "th") head.attr("scope", "row");
  else head.attr("data-head", heads[0]!);
  row.append("td").attr("data-head", heads[1]!).text(finding.paper);
  row.append("td").attr("data-head", heads[2]!).text(finding.ours);
  const verdict = row.append("td").attr("class", finding.verdict.replace(" ", "-"));
  verdict.append("strong").text(finding.verdict);
  verdict.append("span").text(basisText(finding));
}

/** Verdicts beyond these are folded. */
const MOST_SHOWN = 3;

/** The claims and verdicts alone, for where there is less room. */
export function drawVerdicts(
  parent: Body,
  findings: readonly Finding[],
  rows: readonly Row[],
): void {
  const box = drawBox(parent, findings, rows);
  if (findings.length === 0) return;
  drawClaims(box, findings.slice(0, MOST_SHOWN));
  const more = findings.slice(MOST_SHOWN);
  if (more.length === 0) return;
  const details = box.append<HTMLElement>("details");
  const counts = d3.rollups(more, ({ length }) => length, ({ verdict }) => verdict);
  details.append("summary").text(
    `${more.length} more: ${counts.map(([verdict, n]) => `${n} ${verdict}`).join(", ")}`,
  );
  drawClaims(details, more);
}

function drawClaims(parent: Body, findings: readonly Finding[]): void {
  const list = parent.append("ul");
  for (const { claim, verdict } of findings) {
    const item = list.append("li").attr("class", verdict.replace(" ", "-"));
    item.append("span").text(`${claim}: `);
    item.append("strong").text(verdict);
  }
}

/** The box of what was measured here, in words where that gives no finding. */
function drawBox(parent: Body, findings: readonly Finding[], rows: readonly Row[]) {
  const box = parent.append<HTMLElement>("div").attr("class", "findings");
  box.append("p").attr("class", "who").text("Measured here");
  const empty = emptyText(findings, rows);
  if (empty !== null) box.append("p").text(empty);
  return box;
}
