import { OGB_DATASETS, OGB_NAMES } from "../../graphs/ogb.ts";
import { ogbStandIn } from "../../graphs/ogb_stand_in.ts";
import { assert, assertEquals } from "../assert.ts";

/** Enough that a part is small, few enough that degrees are not all rounded to 1. */
const PARTS = { "ogbn-proteins": 100, "ogbn-arxiv": 10, "ogbn-products": 20 };

Deno.test("ogbStandIn() has a part's nodes and, but for rounding, its edges", () => {
  for (const name of OGB_NAMES) {
    const { nodes, edges, inverse } = OGB_DATASETS[name];
    const parts = PARTS[name];
    const graph = ogbStandIn(name, parts);
    assertEquals(graph.nodes, Math.ceil(nodes / parts));
    const loops = inverse ? 0 : graph.nodes;
    const expected = 2 * edges / parts ** 2;
    // The degree is a whole number, so that it is off by half an edge a node at most.
    assert(!(Math.abs(graph.colIdx.length - loops - expected) > 0.5 * graph.nodes + 1), name);
  }
});

Deno.test("ogbStandIn() keeps the degree where it has fewer nodes", () => {
  const graph = ogbStandIn("ogbn-proteins", 10, 500);
  assertEquals(graph.nodes, 500);
  assertEquals(graph.colIdx.length, 500 * 60);
  assertEquals([graph.x.cols, graph.oneHot?.cols, graph.labels.cols], [8, 8, 112]);
});
