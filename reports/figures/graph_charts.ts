/** The charts that describe a graph: degrees, baselines, the balance of labels. */
import { binStart, type DegreeFacts } from "../../graphs/description/degrees.ts";
import type { GraphDescription } from "../../training/baselines/describe_graph.ts";
import { metricOf } from "../../training/steps/metrics.ts";
import type { Dot, DotChart, LineChart, Look, Series } from "../charts/chart.ts";
import { lookOf } from "../charts/looks.ts";
import { count, score } from "../findings/format.ts";
import { isUndirected, shareText } from "../findings/graph_words.ts";
import { scoreAxis } from "./score_charts.ts";

/** More rows than this are no chart but a table. */
const MOST_ROWS = 40;

const LOOKS: readonly Look[] = [lookOf({ kind: "rev-gnn" }), lookOf({ kind: "res-gnn" })];

/** The share of nodes that have at least so many edges; one line where both directions are the same. */
export function degreeChart({ name, nodes, edges }: GraphDescription): LineChart {
  const { inDegrees, outDegrees } = edges;
  const series = isUndirected(edges) ? [degreeLine("edges", inDegrees, nodes, LOOKS[0]!)] : [
    degreeLine("to a node", inDegrees, nodes, LOOKS[0]!),
    degreeLine("from a node", outDegrees, nodes, LOOKS[1]!),
  ];
  return {
    kind: "line",
    id: "degrees",
    heading: `Degrees of ${name}`,
    caption:
      "Nodes with at least so many edges; both axes logarithmic, nodes without an edge left out.",
    description: series.map(({ label: [name], points }) =>
      `${name}: ${points.map(({ title }) => title).join(", ")}.`
    ).join(" "),
    height: 320,
    x: { label: "at least so many edges", scale: "log", format: count },
    y: {
      label: "% of nodes, log scale",
      scale: "decimal",
      most: 100,
      format: digits(1),
      tell: (value) => `${digits(3)(value)} %`,
    },
    limit: null,
    strip: "",
    series,
  };
}

function degreeLine(name: string, { histogram }: DegreeFacts, nodes: number, look: Look): Series {
  let left = nodes;
  const points = histogram.flatMap((here, bin) => {
    const [x, above] = [binStart(bin), left];
    left -= here;
    if (bin === 0 || above === 0) return [];
    const value = `${count(above)} nodes`;
    const title = `${value} (${shareText(above, nodes)}) have ${count(x)} or more`;
    const y = 100 * above / nodes;
    return [{ x, y, std: null, fits: true, mark: "filled" as const, value, title }];
  });
  return { ...look, label: [name, ""], thin: false, points, absent: [] };
}

/** Writes a number with so many digits. */
function digits(count: number): (value: number) => string {
  return (value) => String(Number(value.toPrecision(count)));
}

/** Baselines' scores of test nodes. */
export function baselineChart(graph: GraphDescription): DotChart {
  const metric = metricOf(graph);
  const dot = (name: string, value: number): Dot => {
    const text = score(value);
    const title = `${name}: ${text} %`;
    return { x: 100 * value, std: null, mark: "filled", text, value: text, title };
  };
  const scored = graph.baselines.filter(({ test }) => test !== null);
  return {
    kind: "dots",
    id: "baselines",
    heading: `What a network must beat on ${graph.name}`,
    caption:
      "Votes learn nothing; ridge regression sees no edges, or the mean features of 2 hops. Its " +
      "strength is the best by validation.",
    description: scored.map(({ name, test }) => `${name}: ${score(test!)} % of test.`).join(" "),
    panels: [{ label: ["test", ""], x: scoreAxis(metric), limit: null }],
    rows: scored.map(({ name, test }) => ({
      ...LOOKS[name.startsWith("vote") ? 0 : 1]!,
      name,
      detail: "",
      group: "",
      dots: [[dot(name, test!)]],
    })),
  };
}

/** How many nodes each class or task has, the most frequent first. */
export function labelChart({ name, classes, labels }: GraphDescription): DotChart {
  const sorted = labels.toSorted((a, b) => b.all.positive - a.all.positive);
  const shown = sorted.slice(0, MOST_ROWS).filter(({ all }) => all.positive > 0);
  const what = classes ? "class" : "task";
  return {
    kind: "dots",
    id: "labels",
    heading: `${classes ? "Classes" : "Tasks"} of ${name}`,
    caption: `Nodes of each ${what}${classes ? "" : " that are positive"}` +
      (shown.length < labels.length ? `, the ${shown.length} most frequent` : "") +
      "; logarithmic axis.",
    description: shown.map(({ value, all }) => `${what} ${value}: ${count(all.positive)} nodes.`)
      .join(" "),
    panels: [{
      label: ["nodes", ""],
      x: { label: "nodes, log scale", scale: "decimal", format: count },
      limit: null,
    }],
    rows: shown.map(({ value, all }) => {
      const text = count(all.positive);
      const title = `${what} ${value}: ${text} nodes, ${shareText(all.positive, all.labelled)}`;
      return {
        ...LOOKS[0]!,
        name: `${what} ${value}`,
        detail: shareText(all.positive, all.labelled),
        group: "",
        dots: [[{ x: all.positive, std: null, mark: "filled", text, value: text, title }]],
      };
    }),
  };
}
