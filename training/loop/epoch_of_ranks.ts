/** What the ranks of a training tell one another of an epoch, so that all go on from the same figures. */
import { gatherFloats, gatherJson, type Ranks } from "../ranks/ranks.ts";
import type { TrainingSettings } from "../settings.ts";
import type { SolveEnd } from "../steps/solve_statistics.ts";

/** What a rank has measured in an epoch, beside what is the same for all. */
export interface EpochOfRank {
  /** Whether its evaluations stayed in the range of a fixed-point state. */
  readonly inRange: boolean;
  readonly seconds: number;
  /** Seconds of them that it waited for parts. */
  readonly waited: number;
  /** Seconds of them in which it told others something, or waited for them. */
  readonly exchanged: number;
  /** The ledger's peaks so far, in bytes. */
  readonly peakBytes: number;
  readonly activationBytes: number;
  /** How solves ended, in the order of its parts. */
  readonly solves: readonly SolveEnd[];
}

/** The same of all ranks: the most of each figure, and the solves in the order of the epoch's parts. */
export async function epochOfAll(
  ranks: Ranks,
  own: EpochOfRank,
  { parts, evaluateParts }: TrainingSettings,
): Promise<EpochOfRank> {
  if (ranks.size === 1) return own;
  const all = await gatherJson(ranks, own);
  const most = (of: (epoch: EpochOfRank) => number) => Math.max(...all.map(of));
  const solvesOf = (kind: SolveEnd["of"]) =>
    inOrder(
      all.map(({ solves }) => solves.filter(({ of }) => of === kind)),
      kind === "evaluation" ? evaluateParts : parts,
    );
  return {
    inRange: all.every(({ inRange }) => inRange),
    seconds: most(({ seconds }) => seconds),
    waited: most(({ waited }) => waited),
    exchanged: most(({ exchanged }) => exchanged),
    peakBytes: most(({ peakBytes }) => peakBytes),
    activationBytes: most(({ activationBytes }) => activationBytes),
    // JSON has null for an infinite residual.
    solves: [...solvesOf("training"), ...solvesOf("adjoint"), ...solvesOf("evaluation")]
      .map((solve) => ({ ...solve, residual: solve.residual ?? Infinity })),
  };
}

/** Takes from each rank's list in turn what it has of a part; all parts have as many. */
function inOrder(lists: readonly (readonly SolveEnd[])[], parts: number): SolveEnd[] {
  const each = lists.reduce((sum, { length }) => sum + length, 0) / parts;
  return Array.from({ length: parts }, (_, part) => {
    const first = Math.floor(part / lists.length) * each;
    return lists[part % lists.length]!.slice(first, first + each);
  }).flat();
}

/** An epoch's losses [parts], of which each rank has those of its own parts. */
export async function lossesOfAll(ranks: Ranks, own: Float32Array): Promise<Float32Array> {
  const all = await gatherFloats(ranks, own);
  return own.map((_, part) => all[part % ranks.size]![part]!);
}
