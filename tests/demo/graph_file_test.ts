/** A graph comes out of its file as it went in, or not at all. */
import { decodeGraph, encodeGraph } from "../../demo/graph_file.ts";
import { planted } from "../../graphs/planted/planted.ts";
import { assertEquals, assertRejects } from "../assert.ts";

const GRAPHS = {
  "tasks and edge features": planted({ nodes: 50, degree: 4, tasks: 3 }),
  "classes and categories": planted({
    nodes: 31,
    degree: 3,
    tasks: 4,
    classes: true,
    categories: 2,
  }),
  "no edge features": planted({ nodes: 7, degree: 1, tasks: 1, edgeFeatures: 0 }),
};

for (const [name, graph] of Object.entries(GRAPHS)) {
  Deno.test(`decodeGraph() gives back to the bit a graph of ${name}`, async () => {
    assertEquals(await decodeGraph(await encodeGraph(graph)), graph);
  });
}

Deno.test("decodeGraph() refuses a file with a changed byte, or cut off", async () => {
  const file = await encodeGraph(GRAPHS["tasks and edge features"]);
  const sentence = "Cannot read the graph: its file is damaged or cut off";
  for (const at of [0, file.length >> 1, file.length - 5]) {
    const damaged = file.slice();
    damaged[at]! ^= 0x10;
    await assertRejects(() => decodeGraph(damaged), SyntaxError, sentence);
  }
  for (const length of [0, 1, file.length - 1]) {
    await assertRejects(() => decodeGraph(file.slice(0, length)), SyntaxError, sentence);
  }
});
