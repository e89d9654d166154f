/** What `doctor-mpi` says of the cards that the ranks of one training see. */
import { list } from "../../reports/findings/format.ts";
import type { SeenCard } from "./seen_card.ts";

/** A rank's card, and what the kernels' test on it says. */
export interface CardOfRank extends SeenCard {
  readonly selfTest: string;
}

/** A few lines for each rank, in their order. */
export function cardLines(cards: readonly CardOfRank[]): string[] {
  return cards.flatMap(({ host, name, driver, given, files, selfTest }, rank) => [
    `rank ${rank} of ${cards.length} on ${host}`,
    `  adapter    ${name}`,
    `  driver     ${driver}`,
    `  given      ${given.join(", ") || "the scheduler names no card"}`,
    `  may open   ${files.join(", ") || "no card's device file"}`,
    `  self-test  ${selfTest}`,
  ]);
}

/** A sentence for each set of ranks that see the same card, and one where cards are of several kinds. */
export function cardWarnings(cards: readonly CardOfRank[]): string[] {
  const ranks = cards.map((card, rank) => ({ ...card, rank }));
  const sets = Object.values(Object.groupBy(ranks, cardKey)).filter((set) => set!.length > 1);
  const shared = sets.map((set) => sharedWarning(set![0]!, set!.map(({ rank }) => `${rank}`)));
  const [kind, ...others] = cards.map(({ name, driver }) => `${name}, ${driver}`);
  const other = others.findIndex((another) => another !== kind);
  if (other < 0) return shared;
  return [
    ...shared,
    `rank ${other + 1} has another adapter or driver than rank 0 (${others[other]}; ${kind}): ` +
    "train-mpi has the bits of one process on cards of one kind alone",
  ];
}

function sharedWarning({ host, name, files }: SeenCard, ranks: readonly string[]): string {
  const same = files.length > 1 ? "the same cards and take the same one" : "the same one";
  const where = files.length > 0 ? ` (${files.join(", ")})` : "";
  return `ranks ${
    list(ranks)
  } on ${host} see ${same}, ${name}${where}: they wait for each other; ` +
    "give each its own, by --gpus-per-task=1 where control groups confine device files";
}

/**
 * Alike for ranks that see the same card. Vulkan offers all cards whose files may be opened, whatever the
 * environment says, and every rank takes the first one of the fastest.
 */
function cardKey({ host, name, files }: SeenCard): string {
  return JSON.stringify([host, name, files]);
}
