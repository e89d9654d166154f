import { FETCHED_NAMES, publishedAs } from "../../../graphs/published/fetched.ts";
import { PAPERS_NAME } from "../../../graphs/published/papers.ts";
import { standIn } from "../../../graphs/planted/stand_in.ts";
import { assert, assertEquals } from "../../assert.ts";

/** Enough that a part is small, few enough that degrees are not all rounded to 1. */
const PARTS = {
  "ogbn-proteins": 100,
  "ogbn-arxiv": 10,
  "ogbn-products": 20,
  "ogbn-mag": 20,
  "minesweeper": 2,
  "tolokers": 10,
  "cora": 2,
  "citeseer": 2,
};

Deno.test("standIn() has a part's nodes and, but for rounding, its edges", () => {
  for (const name of FETCHED_NAMES) {
    // Its parts are too large to plant, or have next to no edges.
    if (name === PAPERS_NAME) continue;
    const { nodes, edges } = publishedAs(name);
    const parts = PARTS[name];
    const graph = standIn(name, parts);
    assertEquals(graph.nodes, Math.ceil(nodes / parts));
    const loops = ["ogbn-arxiv", "ogbn-mag"].includes(name) ? graph.nodes : 0;
    const expected = 2 * edges / parts ** 2;
    // The degree is a whole number, so that it is off by half an edge a node at most.
    const error = Math.abs(graph.colIdx.length - loops - expected);
    assert(error <= 0.5 * graph.nodes + 1, `${name}: off by ${error} edges`);
  }
});

Deno.test("standIn() keeps the degree where it has fewer nodes", () => {
  const graph = standIn("ogbn-proteins", 10, 500);
  assertEquals(graph.nodes, 500);
  assertEquals(graph.colIdx.length, 500 * 60);
  assertEquals([graph.x.cols, graph.oneHot?.cols, graph.labels.cols], [8, 8, 112]);
});
