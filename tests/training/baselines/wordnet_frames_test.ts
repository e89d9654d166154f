/** wordnet-frames as its page describes it, whose numbers an outside program has measured too. */
import type { Graph } from "../../../graphs/graph.ts";
import { wordnetFrames } from "../../../graphs/wordnet/wordnet_frames.ts";
import measured from "../../../reports/measured/wordnet-frames.json" with { type: "json" };
import { describeGraph } from "../../../training/baselines/describe_graph.ts";
import { neighbourVotes } from "../../../training/baselines/neighbour_votes.ts";
import { ScoredNodes } from "../../../training/baselines/scored_nodes.ts";
import { assert, assertEquals } from "../../assert.ts";

/** By NumPy, which added up the votes edge by edge: test ROC-AUC over 1, 2 and 4 hops. */
const NUMPY = [0.7204147031513395, 0.8092983634789024, 0.8213739372294279];

/** The same where a node without a vote counts as 0 for every task, rather than as usual. */
const WITHOUT_SHARES = [0.69, 0.8, 0.82];

/** Sums of tens of millions of pairs, each of a rank in float32. */
const SCORE = 1e-6;

Deno.test("describeGraph() of wordnet-frames is what its page is drawn from, to the sixth digit", async () => {
  const graph = await wordnetFrames();
  const found: unknown = JSON.parse(JSON.stringify(describeGraph(graph)));
  assertEquals(rounded(found), rounded(measured));
  const votes = measured.baselines.slice(0, NUMPY.length).map(({ test }) => test);
  votes.forEach((test, k) => assert(!(Math.abs(test - NUMPY[k]!) > SCORE), `${test}`));
  assertEquals(scoresWithoutShares(graph), WITHOUT_SHARES);
});

function scoresWithoutShares(graph: Graph): number[] {
  const scored = new ScoredNodes(graph);
  return neighbourVotes(graph, [1, 2, 4], scored.nodes).map(({ positive, all }) => {
    const data = positive.data.map((votes, at) => votes / (all.data[at]! || 1));
    return Number(scored.scores({ ...positive, data }).test!.toFixed(2));
  });
}

/** Plain data with its numbers to six digits, as another machine's square roots may differ in the last. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(
      value,
      (_, one) => typeof one === "number" ? Number(one.toPrecision(6)) : one,
    ),
  );
}
