/** Tells a person how a graph is read, one line per note on standard error. */
import { abridged, labelledNodes } from "../../graphs/class_labels.ts";
import { isStored, type PartedGraph } from "../../graphs/parts/stored_graph.ts";
import type { ModelOptions } from "../../models/options.ts";
import { singleClasses } from "../../training/loop/part_classes.ts";

/** Says what of a graph is not taken as it stands. */
export function printGraphNotes(graph: PartedGraph, model: ModelOptions): void {
  for (const note of graphNotes(graph, model)) console.error(`note: ${note}`);
}

/** The notes, without what they begin with. */
export function graphNotes(graph: PartedGraph, model: ModelOptions): string[] {
  const { name, labelValues = [] } = graph;
  const notes: string[] = [];
  if (labelValues.some((value, rank) => value !== rank)) {
    const ranks = labelValues.map((_, rank) => rank);
    notes.push(`labels ${abridged(labelValues)} of ${name} are classes ${abridged(ranks)}`);
  }
  const labelled = isStored(graph) ? graph.labelled : labelledNodes(graph);
  if (labelled !== undefined) {
    const bare = graph.nodes - labelled.length;
    notes.push(`${bare} of ${graph.nodes} nodes of ${name} have no label, and are in no part`);
  }
  for (const clause of singleClasses(graph)) {
    notes.push(`the split's ${clause}: its accuracy says little, --split takes another split`);
  }
  return [...notes, ...weightNotes(graph, model)];
}

/** GCN multiplies by weights, GEN takes them in as the edge feature they are. */
function weightNotes({ name, weighted }: PartedGraph, { convolution }: ModelOptions): string[] {
  const { kind } = convolution;
  const reads = kind === "gcn" || (kind === "gen" && convolution.encodeEdges);
  if (!weighted || reads) return [];
  const like = { gat: "GATConv", sage: "SAGEConv" }[kind as string];
  return [
    `${kind} leaves out the edge weights of ${name}` +
    (like ? `, as PyTorch Geometric's ${like} does` : "") +
    ": gcn multiplies by them, gen takes them in as an edge feature",
  ];
}
