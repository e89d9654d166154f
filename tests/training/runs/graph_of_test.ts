import { datasetNames } from "../../../graphs/catalogue/datasets.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { type GraphGiven, graphSettings } from "../../../graphs/settings.ts";
import { sameRun } from "../../../reports/rows/keys.ts";
import { graphKey, graphOf } from "../../../training/runs/graph_of.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { fixtureRows } from "../../reports/fixture_rows.ts";
import { wrongField } from "../../reports/rows/wrong_field.ts";

const OPTIONS = { nodes: 40, degree: 3, tasks: 5, classes: true, features: 4, seed: 7 } as const;

Deno.test("graphOf() plants what the settings say", async () => {
  const settings = graphSettings({ dataset: "planted", planted: OPTIONS });
  assertEquals(await graphOf(settings), planted(OPTIONS));
  assertEquals((await graphOf(graphSettings({ dataset: "planted" }))).nodes, 2000);
});

Deno.test("graphOf() looks for prepared data sets in the cache it is given", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const settings = graphSettings({ dataset: "ogbn-arxiv" });
    await assertRejects(() => graphOf(settings, { cache }), Error, cache);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("graphOf() refuses to plant another data set", async () => {
  const settings = graphSettings({ dataset: "wordnet-frames", planted: { seed: 1 } });
  const sentence = 'Cannot plant wordnet-frames: only the data set "planted" is grown';
  await assertRejects(() => graphOf(settings), RangeError, sentence);
});

Deno.test("graphKey() is the same for the same data, however they are written", () => {
  const same: GraphGiven[] = [
    { dataset: "planted" },
    { dataset: "planted", planted: {} },
    { dataset: "planted", planted: { degree: 10, nodes: 2000, seed: 0, classes: false } },
    { dataset: "planted", planted: { nodes: 2000, degree: 10 }, split: 0 },
  ];
  assertEquals(new Set(same.map((given) => graphKey(graphSettings(given)))).size, 1);
  const row = fixtureRows("quick")[0]!;
  assertEquals(graphKey(row), graphKey(graphSettings({ dataset: row.dataset })));
});

Deno.test("graphKey() tells apart whatever gives other data", () => {
  const others: GraphGiven[] = [
    ...datasetNames.map((dataset) => ({ dataset })),
    { dataset: "a.npz" },
    { dataset: "b.npz" },
    { dataset: "a.npz", split: 1 },
    { dataset: "a.npz", symmetric: true },
    { dataset: "a.npz", symmetric: false },
    { dataset: "a.npz", features: 20 },
    ...Object.entries({ ...OPTIONS, edgeFeatures: 2, categories: 3, communities: 2, skew: 1 })
      .map(([name, value]) => ({ dataset: "planted", planted: { [name]: value } })),
    { dataset: "planted", planted: { regular: true } },
  ];
  assertEquals(new Set(others.map((given) => graphKey(graphSettings(given)))).size, others.length);
});

Deno.test("A row keeps what its graph was planted from", () => {
  const { planted } = graphSettings({ dataset: "planted", planted: OPTIONS });
  const row = { ...fixtureRows("quick")[0]!, dataset: "planted", planted };
  assertEquals(wrongField(row), null);
  assertEquals(wrongField({ ...row, planted: { nodes: "many" } }), "planted.nodes");
  assert(!sameRun(row, { ...row, planted: { ...planted!, nodes: 41 } }));
  const reversed = Object.fromEntries(Object.entries(planted!).reverse());
  assert(sameRun(row, { ...row, planted: reversed as typeof planted }));
});
