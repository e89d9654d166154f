/** Tells in words what a graph is like. */
import { metricOf } from "../../training/steps/metrics.ts";
import type { GraphDescription } from "../../training/baselines/describe_graph.ts";
import { count, plural } from "./format.ts";

/** Terms and their values, as a page and a terminal tell them. */
export function graphWords(graph: GraphDescription): [term: string, text: string][] {
  const { nodes, edges, homophily } = graph;
  const { components, largestComponent, isolated } = edges;
  return [
    ["nodes", count(nodes)],
    ["edges", edgesText(edges)],
    ["edge features", edges.weighted ? "1, a weight" : count(edges.features)],
    [
      "components",
      `${count(components)}, the largest of ${shareText(largestComponent, nodes)} of the nodes; ${
        count(isolated)
      } isolated ${isolated === 1 ? "node" : "nodes"}`,
    ],
    ["node features", featuresText(graph)],
    ["targets", targetsText(graph)],
    ["split", splitText(graph)],
    [
      "homophily",
      homophily === null
        ? "not defined: no edge has two labels, or all are the same"
        : `${percent(homophily.same)} of edges join equal labels, adjusted for chance ` +
          homophily.adjusted.toFixed(3) +
          (graph.classes || graph.labels.length === 1 ? "" : "; means of the tasks"),
    ],
  ];
}

/** Whether every edge's reverse is an edge. */
export function isUndirected({ count, loops, reversed }: GraphDescription["edges"]): boolean {
  return loops + reversed === count;
}

function edgesText(edges: GraphDescription["edges"]): string {
  const { loops, reversed } = edges;
  const between = edges.count - loops;
  const directions = between === 0
    ? ""
    : isUndirected(edges)
    ? ", each in both directions"
    : `, directed: of ${shareText(reversed, between)} the reverse is one too`;
  return `${count(edges.count)}${directions}; ${plural(loops, "self-loop")}`;
}

function featuresText({ features, categories }: GraphDescription): string {
  const words = categories === 0 ? [] : [`one of ${count(categories)} categories`];
  if (features === null) return words[0] ?? "none";
  const { columns, constant, zeros, least, most, meanLength } = features;
  return [
    ...words,
    `${plural(columns, "column")}${constant > 0 ? `, ${count(constant)} of them constant` : ""}`,
    `from ${number(least)} to ${number(most)}, ${percent(zeros)} zeros`,
    `mean length ${number(meanLength)}`,
  ].join("; ");
}

function targetsText(graph: GraphDescription): string {
  const { classes, labels } = graph;
  const kind = classes ? `${count(labels.length)} classes` : plural(labels.length, "task");
  return `${kind}, scored by ${metricOf(graph)}${
    classes || labels.length === 1 ? "" : ", the mean of the tasks"
  }`;
}

function splitText({ nodes, split: { train, valid, test, outside } }: GraphDescription): string {
  const parts = Object.entries({ train, valid, test });
  return [...parts, ...outside > 0 ? [["in none", outside] as const] : []]
    .map(([part, size]) => `${part} ${count(size)} (${shareText(size, nodes)})`).join(", ");
}

/** `61.8 %` of a whole. */
export function shareText(part: number, whole: number): string {
  return whole === 0 ? "–" : percent(part / whole);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** `0.0312`, `12.4`: three digits. */
function number(value: number): string {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}
