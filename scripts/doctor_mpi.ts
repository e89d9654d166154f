/**
 * `deno task doctor-mpi`: which card each of the processes sees that mpirun or srun has started, and whether
 * they suit one training.
 */
import { openGpu } from "../gpu/gpu.ts";
import { gatherJson, type Ranks } from "../training/ranks/ranks.ts";
import { cardLines, cardWarnings } from "./doctor/cards_of_ranks.ts";
import { seenCard } from "./doctor/seen_card.ts";
import { selfTestText } from "./doctor/self_test.ts";
import { defineFlags } from "./flags/flags.ts";
import { runRanks } from "./flags/run_ranks.ts";

const flags = defineFlags(
  "doctor-mpi",
  "Shows which card each process sees that mpirun or srun has started, and warns where two see the same one.",
  {},
);

export async function main(args: string[], ranks: Ranks): Promise<void> {
  flags.parse(args);
  using gpu = await openGpu();
  const card = seenCard(gpu.adapter, (name) => Deno.env.get(name));
  const cards = await gatherJson(ranks, { ...card, selfTest: await selfTestText(gpu) });
  if (ranks.rank > 0) return;
  for (const line of cardLines(cards)) console.log(line);
  for (const warning of cardWarnings(cards)) console.error(`warning: ${warning}`);
}

if (import.meta.main) await runRanks(main);
