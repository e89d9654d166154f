import { buffersOf, share } from "../../../graphs/parts/share.ts";
import { assert, assertEquals } from "../../assert.ts";
import { randomGraph } from "../edge_list.ts";

Deno.test("share() holds the same values on shared memory", () => {
  const graph = { ...randomGraph(20, 60, 1), classes: true };
  const shared = share(graph);
  assertEquals(structuredClone(shared), graph);
  for (const { buffer } of [shared.rowPtr, shared.x.data, shared.split.valid]) {
    assert(buffer instanceof SharedArrayBuffer);
  }
  assert(graph.x.data.buffer instanceof ArrayBuffer, "the graph given is left alone");
  assertEquals(share({ none: undefined, zero: null, name: "a" }), {
    none: undefined,
    zero: null,
    name: "a",
  });
  assertEquals(share({ values: [1, 5] }), { values: [1, 5] });
});

Deno.test("share() copies nothing that is shared already", () => {
  const shared = share(randomGraph(20, 60, 1));
  const again = share(shared);
  assert(again.colIdx === shared.colIdx && again.edgeFeatures.data === shared.edgeFeatures.data);
});

Deno.test("share() copies the window of an array, not what is around it", () => {
  const window = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  const shared = share(window);
  assertEquals([...shared], [2, 3]);
  assertEquals(shared.buffer.byteLength, 8);
});

Deno.test("buffersOf() finds each buffer once, and no shared one", () => {
  const [a, b] = [new Float32Array(3), new Uint32Array(0)];
  const value = { a, deep: { again: a.subarray(1), b }, none: null, shared: share(a), text: "a" };
  assertEquals([...buffersOf(value)], [a.buffer, b.buffer]);
});
