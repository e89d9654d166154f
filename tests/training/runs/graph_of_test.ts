import { datasetNames } from "../../../graphs/catalogue/datasets.ts";
import { chains } from "../../../graphs/planted/chains.ts";
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
  const options = { length: 5, noise: 0.1 };
  assertEquals(
    await graphOf(graphSettings({ dataset: "chains", chains: options })),
    chains(options),
  );
  assertEquals((await graphOf(graphSettings({ dataset: "chains" }))).nodes, 800);
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

Deno.test("graphOf() refuses to make another data set from options", async () => {
  const wrong: [GraphGiven, string][] = [
    [
      { dataset: "wordnet-frames", planted: { seed: 1 } },
      'Cannot make wordnet-frames from options of planted: only the data set "planted" takes them',
    ],
    [
      { dataset: "planted", chains: { seed: 1 } },
      'Cannot make planted from options of chains: only the data set "chains" takes them',
    ],
  ];
  for (const [given, sentence] of wrong) {
    await assertRejects(() => graphOf(graphSettings(given)), RangeError, sentence);
  }
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
    ...Object.entries({ length: 5, classes: 3, perClass: 4, features: 9, noise: 0.1, seed: 7 })
      .map(([name, value]) => ({ dataset: "chains", chains: { [name]: value } })),
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
