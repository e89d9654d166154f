import { checkGraph } from "../../../graphs/check.ts";
import { datasetNames, loadDataset } from "../../../graphs/catalogue/datasets.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

Deno.test("loadDataset() returns a valid graph of each name that needs no download", async () => {
  const ready = ["wordnet-frames", "wordnet-lexnames", "planted", "chains"];
  const ogb = ["ogbn-proteins", "ogbn-arxiv", "ogbn-products", "ogbn-mag"];
  assertEquals(datasetNames, [...ready, ...ogb, "minesweeper", "tolokers", "cora", "citeseer"]);
  for (const name of ready) {
    assertEquals(checkGraph(await loadDataset(name)).name, name);
  }
});

Deno.test("loadDataset() plants 2,000 nodes of mean degree 10, unless told otherwise", async () => {
  const usual = await loadDataset("planted");
  assertEquals([usual.nodes, usual.colIdx.length], [2000, 20_000]);
  const told = await loadDataset("planted", {
    planted: { nodes: 50, degree: 4, tasks: 3 },
  });
  assertEquals([told.nodes, told.colIdx.length, told.labels.cols], [50, 200, 3]);
  const chained = await loadDataset("chains", { chains: { length: 3, classes: 4, perClass: 5 } });
  assertEquals([chained.nodes, chained.colIdx.length, chained.labels.cols], [60, 40, 4]);
});

Deno.test("loadDataset() passes the seed on", async () => {
  const trains = await Promise.all(
    [0, 0, 1].map(async (seed) =>
      (await loadDataset("planted", { planted: { seed } })).split.train.join()
    ),
  );
  assert(trains[0] === trains[1]);
  assert(trains[0] !== trains[2]);
});

Deno.test("loadDataset() suggests the closest name when it knows none", async () => {
  await assertRejects(
    () => loadDataset("wordnet-frame"),
    RangeError,
    'Cannot load data set "wordnet-frame" as none has that name: did you mean "wordnet-frames"',
  );
  await assertRejects(() => loadDataset("constructor"), RangeError, "none has that name");
});
