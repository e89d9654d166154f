/** The index: every experiment of a scale with its verdicts, its first chart, and its page. */
import type { Scale } from "../../experiments/experiment.ts";
import { drawCitation } from "./citation.ts";
import { drawClaim, drawFinding, drawVerdicts } from "./findings_table.ts";
import { drawFigure } from "./figure_html.ts";
import { type Body, GOING, newPage, PAPER, REFRESH, writePage } from "./html.ts";
import { section } from "./sections.ts";
import type { Page } from "./page.ts";
import { workKey } from "../rows/keys.ts";
import { list, plural } from "../findings/format.ts";
import { machineOf } from "../findings/machine.ts";
import type { RunSettings } from "../../training/row.ts";

/** Beside a few sentences a chart is lower than on its own page. */
const INDEX_HEIGHT = 430;

/** What an index says besides its pages. */
export interface IndexOptions {
  /** Whether it leads to how tasks stand, as runs are such; default false. */
  readonly hasTasks?: boolean;
  /** Whether runs go on, so that it loads itself again; default false. */
  readonly going?: boolean;
}

/** The index as HTML. */
export function indexHtml(
  pages: readonly Page[],
  scale: Scale,
  { hasTasks = false, going = false }: IndexOptions = {},
): string {
  const body = newPage(`${PAPER}, on WebGPU`, going ? REFRESH : undefined);
  const header = body.append("header");
  header.append("p").attr("class", "where").text(`Reproduction on WebGPU · ${scale} scale`);
  header.append("h1").text(PAPER);
  header.append("p").attr("class", "reading").text(overview(pages));
  if (hasTasks) {
    header.append("p").append("a").attr("class", "more").attr("href", "status.html")
      .text("What runs, failed and is left →");
  }
  header.append("p").append("a").attr("class", "more").attr("href", "wordnet-frames.html")
    .text("The data set wordnet-frames, and what a network must beat on it →");
  if (going) header.append("p").attr("class", "missing").text(GOING);
  const main = body.append("main");
  drawSummary(main.append<HTMLElement>("section").attr("class", "central"), pages);
  for (const page of pages) {
    const { name, title } = page.experiment;
    const entry = main.append("article").attr("class", "entry");
    const words = entry.append<HTMLElement>("div");
    words.append("h2").append("a").attr("href", `${name}.html`).text(title);
    const { rows, missing } = page.selection;
    drawClaim(words, page.experiment);
    drawVerdicts(words, page.findings, rows);
    if (missing.length > 0) {
      words.append("p").attr("class", "missing")
        .text(`${missing.length} of ${plural(rows.length + missing.length, "run")} not run yet.`);
    }
    words.append("p").append("a").attr("class", "more").attr("href", `${name}.html`)
      .text("Scores, the paper's figures and every run →");
    const [chart] = page.figures;
    // The first one stands above all.
    if (!chart || page === pages[0]) continue;
    const low = chart.kind === "dots" ? chart : { ...chart, height: INDEX_HEIGHT };
    drawFigure(entry, { ...low, id: `${name}-${chart.id}` });
  }
  drawCitation(section(main, "Cite"));
  return writePage(body);
}

/** The paper's central figure, and of each experiment the finding that it is about. */
function drawSummary(parent: Body, pages: readonly Page[]): void {
  const [chart] = pages[0]?.figures ?? [];
  if (chart) drawFigure(parent, { ...chart, id: `central-${chart.id}` });
  const found = pages.flatMap(({ experiment, findings: [first] }) =>
    first ? [{ experiment, first }] : []
  );
  if (found.length === 0) return;
  const table = parent.append("div").attr("class", "findings").append("table");
  table.append("thead").append("tr").selectAll("th")
    .data(["experiment", "claim", "the paper", "here", "verdict"]).join("th").attr("scope", "col")
    .text((head) => head);
  const body = table.append("tbody");
  for (const { experiment: { name, title }, first } of found) {
    const row = body.append("tr");
    row.append("th").attr("scope", "row").append("a").attr("href", `${name}.html`).text(title);
    drawFinding(row, first);
  }
}

/** How much of the paper has been run, on what, and when. */
function overview(pages: readonly Page[]): string {
  const rows = distinct(pages.flatMap(({ selection }) => selection.rows));
  const missing = distinct(pages.flatMap(({ selection }) => selection.missing));
  const runs = `${rows.length} of ${plural(rows.length + missing.length, "run")}`;
  if (rows.length === 0) return `${runs} so far. Every verdict under “Measured here” is computed.`;
  const [adapters, data] = [rows.map(machineOf), rows.map((row) => row.dataset)];
  const dates = rows.map(({ date }) => date.slice(0, 10)).sort();
  return `${runs}, on ${list([...new Set(data)])}, by ${list([...new Set(adapters)])}, ` +
    `${list([...new Set([dates[0]!, dates.at(-1)!])])}. Every verdict under “Measured here” is ` +
    "computed from these runs’ rows.";
}

/** Runs that several experiments show, or share, count once. */
function distinct<T extends RunSettings>(runs: readonly T[]): T[] {
  return [...new Map(runs.map((run) => [workKey(run), run])).values()];
}
