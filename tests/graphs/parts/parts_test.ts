import type { Graph } from "../../../graphs/graph.ts";
import { takeRows } from "../../../graphs/matrix.ts";
import { induce } from "../../../graphs/parts/partition.ts";
import { type Part, partsOf, partsOnTheSpot } from "../../../graphs/parts/parts.ts";
import { PartsAhead } from "../../../graphs/parts/parts_ahead.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { prepare } from "../../../graphs/prepare.ts";
import { share } from "../../../graphs/parts/share.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { randomGraph } from "../edge_list.ts";
import { watchWorkers } from "../watched_workers.ts";

/** A random graph whose x says which node a row is of. */
function numbered(nodes: number, edges: number): Graph {
  const x = { data: Float32Array.from({ length: nodes }, (_, i) => i), rows: nodes, cols: 1 };
  return { ...randomGraph(nodes, edges, nodes + edges), x };
}

function nodesOf({ graph }: Part): Uint32Array {
  return Uint32Array.from(graph.x.data);
}

const { oneHot: _, ...plain } = numbered(30, 100);

/** Graphs whose parts are of unequal size, single nodes, or hold no edge or no training node. */
const CASES: Record<string, { graph: Graph; parts: number }> = {
  "unequal parts": { graph: numbered(61, 900), parts: 4 },
  "parts of one node": { graph: numbered(7, 20), parts: 7 },
  "no edges": { graph: numbered(12, 0), parts: 5 },
  "one part": { graph: numbered(9, 20), parts: 1 },
  "classes, no categories": { graph: { ...plain, classes: true }, parts: 3 },
  "two training nodes": {
    graph: { ...plain, split: { ...plain.split, train: plain.split.train.slice(0, 2) } },
    parts: 5,
  },
  "no edge features": {
    graph: { ...plain, edgeFeatures: { data: new Float32Array(0), rows: 100, cols: 0 } },
    parts: 2,
  },
};

for (const [what, { graph, parts }] of Object.entries(CASES)) {
  const teacher = numbered(graph.nodes, 0).x;
  const options = { parts, epochs: 3, seed: 5, teacher };

  Deno.test(`partsOf() gives each epoch's nodes once, with all that belongs to them, ${what}`, () => {
    const all = [...partsOf(graph, options)];
    assertEquals(all.length, 3 * parts);
    for (let epoch = 0; epoch < 3; epoch++) {
      const batches = all.slice(epoch * parts, (epoch + 1) * parts);
      const nodes = batches.flatMap((part) => [...nodesOf(part)]).sort((a, b) => a - b);
      assertEquals(nodes, [...Array(graph.nodes).keys()]);
      for (const part of batches) {
        assertEquals(part.graph, prepare(induce(graph, nodesOf(part))));
        assertEquals(part.teacher, takeRows(teacher, nodesOf(part)));
      }
    }
  });

  Deno.test(`PartsAhead gives the parts of partsOf() bit for bit, ${what}`, async () => {
    using source = new PartsAhead(graph, options);
    const given: Part[] = [];
    for (const wanted of partsOf(graph, options)) {
      const part = await source.next();
      assertEquals(part, wanted);
      given.push(part);
    }
    assertEquals(new Set(given.map(({ graph }) => graph.rowPtr.buffer)).size, 3 * parts);
  });
}

Deno.test("partsOf() that begins with a later epoch leaves those before it out", () => {
  const graph = planted({ nodes: 30, degree: 4 });
  const options = { parts: 2, epochs: 3, seed: 1 };
  const later = [...partsOf(graph, { ...options, firstEpoch: 3 })];
  assertEquals(later, [...partsOf(graph, options)].slice(4));
});

Deno.test("partsOf() draws another partition in every epoch and for every seed", () => {
  const graph = numbered(40, 100);
  const drawn = [1, 2].flatMap((seed) =>
    [...partsOf(graph, { parts: 2, epochs: 3, seed })]
      .filter((_, at) => at % 2 === 0).map((part) => nodesOf(part).join())
  );
  assertEquals(new Set(drawn).size, 6);
});

Deno.test("PartsAhead gives the same parts however late they are taken", async () => {
  const graph = numbered(61, 900);
  const options = { parts: 4, epochs: 2, seed: 1 };
  using source = new PartsAhead(share(graph), options);
  let late = 0;
  for (const wanted of partsOf(graph, options)) {
    // Every other part is there long before it is taken.
    if (late++ % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 30));
    assertEquals(await source.next(), wanted);
  }
});

Deno.test("PartsAhead asks for two parts ahead, and for one more at each that is taken", async () => {
  const { postMessage } = Worker.prototype;
  let requests = -1; // The first message is the graph.
  Worker.prototype.postMessage = function (message: unknown) {
    requests++;
    postMessage.call(this, message);
  };
  try {
    using source = new PartsAhead(numbered(20, 50), { parts: 4, epochs: 2, seed: 1 });
    assertEquals(requests, 2);
    for (let taken = 1; taken <= 3; taken++) {
      await source.next();
      assertEquals(requests, 2 + taken);
    }
  } finally {
    Worker.prototype.postMessage = postMessage;
  }
});

Deno.test("PartsAhead says why its worker fails, at every call", async () => {
  using source = new PartsAhead(numbered(5, 9), { parts: 6, epochs: 1, seed: 1 });
  for (let call = 0; call < 2; call++) {
    await assertRejects(
      async () => await source.next(),
      Error,
      "Cannot build parts of random in a worker: Cannot split 5 nodes into 6 parts as each part",
    );
  }
});

Deno.test({
  name: "PartsAhead says so where its worker may not be read",
  permissions: { read: false },
  async fn() {
    using source = new PartsAhead(numbered(5, 9), { parts: 2, epochs: 1, seed: 1 });
    const next = async () => await source.next();
    await assertRejects(next, Error, "Cannot build parts of random in a worker: Requires read");
  },
});

Deno.test("PartsAhead says that its worker has died in the midst of its work, at every call", async () => {
  const { Worker } = globalThis;
  const code = `
    let asked = 0;
    self.onmessage = () => {
      if (++asked === 3) throw new Error("there is no memory left");
      if (asked > 1) self.postMessage({ part: asked });
    };`;
  globalThis.Worker = class extends Worker {
    constructor(_: string | URL, options?: WorkerOptions) {
      super(`data:text/javascript,${encodeURIComponent(code)}`, options);
    }
  };
  try {
    using ahead = new PartsAhead(numbered(5, 9), { parts: 2, epochs: 2, seed: 1 });
    assertEquals(await ahead.next() as unknown, 2);
    for (let call = 0; call < 3; call++) {
      const sentence = "Cannot build parts of random in a worker: ";
      const { message } = await assertRejects(async () => await ahead.next(), Error, sentence);
      assert(message.includes("there is no memory left"), message);
    }
  } finally {
    globalThis.Worker = Worker;
  }
});

Deno.test("PartsAhead and partsOnTheSpot() have no part after the last", async () => {
  const graph = numbered(5, 9);
  const options = { parts: 2, epochs: 1, seed: 1 };
  const message = "Cannot build another part: 1 epochs of 2 parts are over";
  using ahead = new PartsAhead(graph, options);
  using onTheSpot = partsOnTheSpot(graph, options);
  for (let part = 0; part < 2; part++) assertEquals(await ahead.next(), await onTheSpot.next());
  await assertRejects(async () => await ahead.next(), Error, message);
  assertThrows(() => onTheSpot.next(), RangeError, message);
});

Deno.test("PartsAhead ends its worker, also while parts are built, and after it has failed", async () => {
  const graph = numbered(2000, 100_000);
  for (const [parts, taken] of [[2, 0], [2, 1], [2, 3], [2001, 0], [2001, 1]] as const) {
    const workers = await watchWorkers(async () => {
      using source = new PartsAhead(graph, { parts, epochs: 9, seed: 1 });
      for (let part = 0; part < taken; part++) {
        const next = async () => await source.next();
        if (parts > graph.nodes) await assertRejects(next, Error, "Cannot build parts");
        else assertEquals((await next()).graph.nodes, 1000);
      }
    });
    assertEquals(workers, { made: 1, alive: 0 });
  }
});
