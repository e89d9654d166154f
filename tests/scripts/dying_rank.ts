/** `train-mpi` in a process that ends without a word when it has told the others something so often. */
import { runRanks } from "../../scripts/flags/run_ranks.ts";
import { main } from "../../scripts/train.ts";

/** Two a step, and some at an epoch's end: in the middle of the third epoch. */
const CALLS = 20;

await runRanks(async (args, ranks) => {
  let left = CALLS;
  const counted = <A extends unknown[], R>(call: (...args: A) => R) => (...args: A) => {
    if (--left === 0) Deno.kill(Deno.pid, "SIGKILL");
    return call(...args);
  };
  await main(args, {
    rank: ranks.rank,
    size: ranks.size,
    seconds: 0,
    sum: counted((...args) => ranks.sum(...args)),
    gather: counted((bytes) => ranks.gather(bytes)),
    barrier: () => ranks.barrier(),
  });
});
