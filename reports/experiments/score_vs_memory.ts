/** Which models no other beats in score and memory, and what beats those that are not reversible. */
import { compare } from "../findings/compare.ts";
import { comparisonTable, withInference } from "../figures/comparison_table.ts";
import type { Drawing } from "../figures/drawing.ts";
import { type Finding, SEEDS_NEEDED } from "../findings/finding.ts";
import { list } from "../findings/format.ts";
import {
  frontOf,
  type OwnStanding,
  ownStandings,
  paperStandings,
} from "./score_vs_memory/front.ts";
import { paperBubbles, scoreBubbles } from "./score_vs_memory/bubbles.ts";

export const scoreVsMemory: Drawing = {
  findings: ({ rows, experiment: { x, paper } }) => {
    const ours = ownStandings(withInference(rows), x);
    if (!ours.some(({ reversible }) => reversible) || ours.length < 2) return [];
    const [own, all] = [paperStandings(paper), frontOf(ours)];
    const names = all.map(({ name, reversible }) => reversible ? name : `${name} (not reversible)`);
    return [{
      claim: "Only reversible models are beaten by none in both score and memory",
      ours: `${all.length} of ${ours.length}: ${list(names)}`,
      paper: `${frontOf(own).length} of ${own.length}, all reversible`,
      ...judgeFront(ours),
    }];
  },
  figures: ({ rows, dataset, experiment: { x } }) => [
    scoreBubbles(withInference(rows), dataset, x),
  ],
  paper: ({ paper }) => [paperBubbles(paper)],
  table: ({ rows, dataset, experiment }) =>
    comparisonTable(withInference(rows), dataset, experiment),
};

/**
 * A model that is not reversible is beaten where a reversible one takes no more memory and scores higher
 * by a test. It stands where it takes less than all of those, whatever it scores, or scores higher than all
 * that take no more.
 */
function judgeFront(ours: readonly OwnStanding[]): Pick<Finding, "verdict" | "seeds" | "test"> {
  const reversible = ours.filter((one) => one.reversible);
  const others = ours.filter((one) => !one.reversible);
  const least = others.find(({ memory }) => reversible.every((one) => one.memory > memory));
  if (least) {
    return { verdict: "differs", seeds: null, test: `${least.name} takes the least memory of all` };
  }
  const places = others.map((one) => {
    const orders = reversible.filter(({ memory }) => memory <= one.memory)
      .map((other) => compare(other.summary, one.summary).order);
    return orders.includes(1)
      ? "beaten"
      : orders.every((order) => order === -1)
      ? "stands"
      : "open";
  });
  const count = (place: string) => places.filter((one) => one === place).length;
  const seeds = Math.min(...ours.map(({ summary }) => summary.seeds));
  return {
    verdict: count("stands") > 0 ? "differs" : count("open") > 0 ? "cannot tell" : "agrees",
    seeds,
    test: seeds < SEEDS_NEEDED
      ? `a test takes ${SEEDS_NEEDED}`
      : `Welch: of ${places.length} others ${count("beaten")} beaten, ${count("stands")} stand`,
  };
}
