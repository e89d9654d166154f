/** The index: every experiment of a scale with its verdict, its first chart, and its page. */
import type { Scale } from "../experiments/experiment.ts";
import { drawFigure, newPage, PAPER, writePage } from "./html.ts";
import { drawStatement, type Page } from "./page.ts";
import { missingText } from "./run_facts.ts";

/** Beside a few sentences a chart is lower than on its own page. */
const INDEX_HEIGHT = 430;

/** The index as HTML. */
export function indexHtml(pages: readonly Page[], scale: Scale): string {
  const body = newPage(`${PAPER}, on WebGPU`);
  const header = body.append("header");
  header.append("p").attr("class", "where").text(`Reproduction on WebGPU · ${scale} scale`);
  header.append("h1").text(PAPER);
  const main = body.append("main");
  for (const page of pages) {
    const { name, title } = page.experiment;
    const entry = main.append("article").attr("class", "entry");
    const words = entry.append<HTMLElement>("div");
    words.append("h2").append("a").attr("href", `${name}.html`).text(title);
    drawStatement(words, "The paper says", page.experiment.claim, "claim");
    drawStatement(words, "Measured here", page.verdict, "verdict");
    const missing = missingText(page.selection, page.experiment.x);
    if (missing) words.append("p").attr("class", "missing").text(missing);
    words.append("p").append("a").attr("class", "more").attr("href", `${name}.html`)
      .text("Scores, the paper's figures and every run →");
    const [chart] = page.figures;
    if (!chart) continue;
    const low = chart.kind === "dots" ? chart : { ...chart, height: INDEX_HEIGHT };
    drawFigure(entry, { ...low, id: `${name}-${chart.id}` });
  }
  return writePage(body);
}
