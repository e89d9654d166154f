/** What reversibility saves and costs around each operator. */
import { compare } from "../findings/compare.ts";
import { comparisonTable } from "../figures/comparison_table.ts";
import { digits } from "../findings/costs.ts";
import type { Drawing } from "../figures/drawing.ts";
import type { Finding } from "../findings/finding.ts";
import { isTrained, type Trained } from "../findings/scores.ts";
import { signed } from "../findings/format.ts";
import { convolutionOf } from "../findings/models.ts";
import { summarise, type Summary } from "../findings/summary.ts";
import { byOperator, memoryDots, scoreDots } from "../figures/table_dots.ts";

type Pair = readonly [reversible: Summary, residual: Summary];

export const operators: Drawing = {
  findings: ({ rows, experiment: { x } }) => {
    const pairs = pairsOf(summarise(rows, x));
    return pairs.length === 0 ? [] : [memoryFinding(pairs), ...scoresFinding(pairs)];
  },
  figures: ({ rows, dataset, experiment }) => [
    byOperator(scoreDots(rows, dataset, experiment), rows, "Test scores by operator"),
    byOperator(memoryDots(rows, dataset, experiment), rows, "Peak device memory by operator"),
  ],
  paper: () => [],
  table: ({ rows, dataset, experiment }) => comparisonTable(rows, dataset, experiment),
};

function memoryFinding(pairs: readonly Pair[]): Finding {
  const times = pairs.map(([one, other]) => digits(other.peakBytes / one.peakBytes));
  const texts = pairs.map(([{ model }], i) => `${convolutionOf(model)} ${times[i]}`);
  return {
    claim: "Around any operator the reversible network takes less memory",
    ours: `residual / reversible: ${texts.join(", ")}`,
    paper: "RevGCN-Deep in 1.84 GB",
    verdict: times.every((one) => one > 1) ? "agrees" : "differs",
    seeds: null,
    test: "bytes, no seed needed",
  };
}

/** The paper trains no residual network beside its reversible ones of these operators. */
function scoresFinding(pairs: readonly Pair[]): Finding[] {
  const trained = pairs.filter((pair): pair is readonly [Trained, Trained] =>
    pair.every(isTrained)
  );
  if (trained.length === 0) return [];
  const texts = trained.map(([one, other]) => {
    const points = 100 * (one.scores.test.mean - other.scores.test.mean);
    return `${convolutionOf(one.model)} ${signed(points)}`;
  });
  const orders = trained.map((pair) => compare(...pair).order);
  const [more, less] = [1, -1].map((sign) => orders.filter((order) => order === sign).length);
  return [{
    claim: "Around any operator it scores as the residual network does",
    ours: `points more: ${texts.join(", ")}`,
    paper: "no such pair",
    verdict: "cannot tell",
    seeds: Math.min(...trained.flat().map(({ seeds }) => seeds)),
    test: `nothing to agree with; Welch has ${more} higher, ${less} lower`,
  }];
}

/** The reversible and the residual network of each operator; what does not fit tells its need. */
function pairsOf(summaries: readonly Summary[]): Pair[] {
  return summaries.filter(({ model }) => model.kind === "rev-gnn").flatMap((one) => {
    const other = summaries.find(({ model }) =>
      model.kind === "res-gnn" && convolutionOf(model) === convolutionOf(one.model)
    );
    return other ? [[one, other] as const] : [];
  });
}
