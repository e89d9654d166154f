import { transpose } from "../../graphs/csr.ts";
import { prepare } from "../../graphs/prepare.ts";
import { attentionScales, meanScales, symmetricScales } from "../../graphs/degree_scales.ts";
import { assert, assertEquals } from "../assert.ts";
import { randomGraph } from "./edge_list.ts";

for (const [nodes, edges] of [[1, 0], [1, 3], [30, 200], [61, 40]] as const) {
  Deno.test(`prepare() adds what a device needs, ${nodes} nodes, ${edges} edges`, () => {
    const graph = randomGraph(nodes, edges, edges);
    const { longestRow, outEdges, trains, degreeScales, ...same } = prepare(graph);
    assertEquals(same, graph);
    assert(same.colIdx === graph.colIdx, "arrays are taken over");
    const degrees = Array.from(
      { length: nodes },
      (_, i) => graph.rowPtr[i + 1]! - graph.rowPtr[i]!,
    );
    assertEquals(longestRow, Math.max(...degrees));
    assertEquals(outEdges, transpose(graph));
    assertEquals(prepare(graph, false), { ...prepare(graph), outEdges: undefined });
    assertEquals([...trains], degrees.map((_, i) => +graph.split.train.includes(i)));
    assertEquals(degreeScales, {
      symmetric: symmetricScales(graph),
      mean: meanScales(graph),
      attention: attentionScales(graph),
    });
  });
}
