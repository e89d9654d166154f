/** Runs a task's `main` in each of the processes that MPI's launcher has started. */
import { Interrupted } from "../../training/loop/interruption.ts";
import { LeftError, Mpi } from "../../training/ranks/mpi.ts";
import type { Ranks } from "../../training/ranks/ranks.ts";
import { HelpRequest, runScript } from "./flags.ts";
import { exitCodeOf } from "../shared/stop_signals.ts";

/** Milliseconds that a rank leaves the first one to say what all may have met. */
const LATER = 3000;
/** The same where a launcher is about to kill them all: each leaves so much to each one before it. */
const SOON = 50;

/**
 * Runs it; what fails in one process ends all of them with one sentence. A call that is wrong is so for all
 * of them: the first one says it, and ends the others before they do.
 */
export async function runRanks(
  main: (args: string[], ranks: Ranks) => Promise<void>,
): Promise<void> {
  let mpi: Mpi | undefined;
  let inOrder = false;
  const exit = (code: number) => {
    if (mpi === undefined) Deno.exit(code);
    else if (inOrder) mpi.exit(code);
    else mpi.abort(code);
  };
  await runScript(async (args) => {
    mpi = Mpi.open((name) => Deno.env.get(name));
    try {
      await main(args, mpi);
      await mpi.barrier();
    } catch (error) {
      inOrder = error instanceof Interrupted;
      if (mpi.rank > 0) await leave(mpi, error);
      throw error;
    }
  }, exit);
  mpi!.exit(0);
}

/** Ends a rank without a word where the first one has one, or waits until it may have said it. */
async function leave(mpi: Mpi, error: unknown): Promise<void> {
  if (error instanceof Interrupted) mpi.exit(exitCodeOf(error.by));
  if (error instanceof HelpRequest) mpi.exit(0);
  const wait = error instanceof LeftError ? mpi.rank * SOON : LATER;
  await new Promise((later) => setTimeout(later, wait));
}
