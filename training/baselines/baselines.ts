/** Scores what learns little or nothing: what a network must beat on a graph to be of use there. */
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { withCategories, withHops } from "./hop_features.ts";
import { neighbourVotes, shareOf } from "./neighbour_votes.ts";
import { MOST_WORK, predictLinear, regressionWork, ridgeRegressions } from "./ridge_regression.ts";
import { type PartScores, ScoredNodes } from "./scored_nodes.ts";

/** Walks of a vote have at most so many edges. */
export const HOPS = [1, 2, 4] as const;
/** Hops whose mean features are put beside a node's own. */
const FEATURE_HOPS = 2;

/** A baseline's name and scores. */
export interface Baseline extends PartScores {
  readonly name: string;
  /** Why it was not measured, if it was not. */
  readonly skipped?: string;
}

/** How baselines are measured. */
export interface BaselineOptions {
  /** Hears of each baseline before it is measured. */
  readonly onBegin?: (name: string) => void;
  /** Regressions of more multiplications are skipped; default about two minutes of one core. */
  readonly mostWork?: number;
}

/** Measures the vote of neighbours and ridge regression. */
export function measureBaselines(
  graph: Graph,
  { onBegin, mostWork = MOST_WORK }: BaselineOptions = {},
): Baseline[] {
  const scored = new ScoredNodes(graph);
  onBegin?.("votes of neighbours");
  const votes = neighbourVotes(graph, HOPS, scored.nodes).map((votes): Baseline => ({
    name: `vote over ${votes.hops} ${votes.hops === 1 ? "hop" : "hops"}`,
    ...scored.scores(shareOf(votes, graph)),
  }));
  const features = withCategories(graph);
  if (features.cols === 0) return votes;
  const hops = `ridge regression on features + ${FEATURE_HOPS} hops`;
  return [
    ...votes,
    ridge("ridge regression on features", features.cols, () => features),
    ridge(hops, features.cols * (1 + FEATURE_HOPS), () => withHops(graph, features, FEATURE_HOPS)),
  ];

  function ridge(name: string, columns: number, x: () => Matrix): Baseline {
    if (regressionWork(graph, columns) > mostWork) {
      const skipped = `${columns} columns of ${graph.split.train.length} nodes are too many`;
      return { name, valid: null, test: null, skipped };
    }
    onBegin?.(name);
    return { name, ...bestScores(x(), graph, scored) };
  }
}

/** The scores of the strength that is best by validation, the first of equals. */
function bestScores(x: Matrix, graph: Graph, scored: ScoredNodes): PartScores {
  let best: PartScores = { valid: null, test: null };
  for (const map of ridgeRegressions(x, graph)) {
    const scores = scored.scores(predictLinear(map, x, scored.nodes));
    if (best.test === null || (scores.valid ?? 0) > (best.valid ?? 0)) best = scores;
  }
  return best;
}
