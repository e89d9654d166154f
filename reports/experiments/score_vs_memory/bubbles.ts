/** Score against memory, parameters by area: ours, and the paper's on a chart of their own. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { PaperFigures } from "../../../experiments/experiment.ts";
import type { Variable } from "../../../experiments/variable.ts";
import type { Row } from "../../../training/row.ts";
import type { Bubble, BubbleChart } from "../../charts/chart.ts";
import { bytes, count, percent, score } from "../../findings/format.ts";
import { ownStandings, paperStandings } from "./front.ts";
import { lookOf } from "../../charts/looks.ts";
import { scoreAxis, seedDots, seedScores } from "../../figures/score_charts.ts";
import { metricOfRows } from "../../findings/summary.ts";
import { spreadText } from "../../findings/spread.ts";

const SHARED = {
  kind: "bubbles",
  height: 400,
  area: { label: "parameters", format: (value: number) => d3.format("~s")(value).toUpperCase() },
} as const;

/** The trained models. */
export function scoreBubbles(rows: readonly Row[], dataset: string, x: Variable): BubbleChart {
  const bubbles = ownStandings(rows, x).map((one): Bubble => {
    const { name, memory, parameters, summary } = one;
    const value = `${spreadText(summary.scores.test, score)} % in ${bytes(memory)}`;
    return {
      ...lookOf(summary.model),
      ...{ name, x: memory, y: one.score, area: parameters, mark: "filled", value },
      ...seedDots(summary.scores.test),
      title: `${name}, ${summary.at}: ${value}, ${count(parameters)} parameters` +
        seedScores(summary.scores.test),
    };
  });
  const averaged = rows.some(({ inferred }) => inferred)
    ? ", without that of scores averaged over views"
    : " and its evaluations";
  return {
    ...SHARED,
    id: "bubbles",
    heading: `Test score against memory, on ${dataset}`,
    caption: bubbles.length === 0
      ? "No model has been trained yet."
      : `At the best epoch by validation score; memory is the peak of training${averaged}. Areas ` +
        "are numbers of parameters." +
        (bubbles.some(({ singles }) => singles) ? " Dots are single seeds." : ""),
    description: bubbles.map(({ title }) => `${title}.`).join(" "),
    x: { label: "peak memory, log scale", scale: "binary", format: bytes },
    y: scoreAxis(metricOfRows(rows)),
    bubbles,
  };
}

/** The paper's models that it gives score, memory and parameters of. */
export function paperBubbles(paper: PaperFigures): BubbleChart {
  const bubbles = paperStandings(paper).map((one): Bubble => {
    const { name, memory, parameters, series, std } = one;
    const value = `${spreadText({ mean: one.score, std }, percent)} % in ${memory} GB`;
    return {
      ...lookOf(series),
      ...{ name, x: memory, y: one.score, area: parameters, mark: "hollow", value },
      title: `${name} in the paper: ${value}, ${count(parameters)} parameters`,
    };
  });
  return {
    ...SHARED,
    id: "paper",
    heading: `Test score against memory in the paper, on ${paper.dataset}`,
    caption:
      `${paper.source}. Another data set, on axes of its own: compare where models stand to ` +
      "one another.",
    description: bubbles.map(({ title }) => `${title}.`).join(" "),
    x: { label: "peak memory, GB, log scale", scale: "binary", format: String },
    y: scoreAxis(paper.metric),
    bubbles,
  };
}
