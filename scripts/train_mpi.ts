/**
 * `deno task train-mpi`: the call of `train`, made by each of the processes that mpirun or srun has started;
 * together they train one model.
 */
import { runRanks } from "./flags/run_ranks.ts";
import { main } from "./train.ts";

if (import.meta.main) await runRanks(main);
