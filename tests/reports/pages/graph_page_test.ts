/** The page of a data set: what it tells, in classes and in tasks, and what is escaped. */
import { parseHTML } from "linkedom";
import { planted } from "../../../graphs/planted/planted.ts";
import measured from "../../../reports/measured/wordnet-frames.json" with { type: "json" };
import { graphHtml } from "../../../reports/pages/graph_page.ts";
import { describeGraph } from "../../../training/baselines/describe_graph.ts";
import { assert, assertEquals } from "../../assert.ts";
import { EVIL } from "../fixture_charts.ts";

const call = "deno task data planted --describe";

function documentOf(...args: Parameters<typeof graphHtml>): Document {
  return parseHTML(graphHtml(...args)).document;
}

function texts(document: Document, selector: string): string[] {
  return [...document.querySelectorAll(selector)].map(({ textContent }) => textContent ?? "");
}

Deno.test("graphHtml() has a fact for each term, three figures, three tables and its call", () => {
  const document = documentOf(measured, { call, beside: true });
  assertEquals(texts(document, "h1"), ["wordnet-frames"]);
  assertEquals(texts(document, "dt"), [
    ...["nodes", "edges", "edge features", "components", "node features"],
    ...["targets", "split", "homophily"],
  ]);
  assertEquals(texts(document, "dd")[1], "31,590, each in both directions; 0 self-loops");
  assertEquals(texts(document, "figure h3").length, 3);
  assertEquals(texts(document, "h2"), ["Baselines", "Degrees", "Labels", "Measure it again"]);
  assertEquals(document.querySelectorAll("tbody tr").length, 5 + 1 + 13);
  assertEquals(texts(document, "pre"), [call]);
  assertEquals(document.querySelector(".where a")?.getAttribute("href"), "index.html");
});

Deno.test("graphHtml() of a directed graph of classes tells both directions, and what was not measured", () => {
  const graph = planted({ nodes: 90, regular: true, tasks: 3, classes: true, edgeFeatures: 0 });
  const description = describeGraph(graph, { mostWork: 0 });
  const document = documentOf(description, { call });
  assertEquals(document.querySelectorAll(".where a").length, 0);
  const [, edges, , , , targets] = texts(document, "dd");
  assert(/^900, directed: of \d.* % the reverse is one too; \d+ self-loops?$/.test(edges!), edges);
  assertEquals(targets, "3 classes, scored by accuracy");
  assertEquals(document.querySelectorAll("tbody tr").length, 5 + 2 + 3);
  assertEquals(
    texts(document, ".note").filter((note) => note.startsWith("Not measured: ridge")).length,
    2,
  );
});

Deno.test("graphHtml() draws graphs of one edge or of none, and escapes what they are called", () => {
  for (const degree of [0, 0.05]) {
    const graph = planted({ nodes: 40, degree, tasks: 1, edgeFeatures: 0, features: 0 });
    const html = graphHtml(describeGraph({ ...graph, name: EVIL }), { call: EVIL });
    assert(!html.includes(EVIL), html);
    assert(parseHTML(html).document.querySelectorAll("figure").length === 3);
  }
});
