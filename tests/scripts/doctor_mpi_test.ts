/** `deno task doctor-mpi` under launchers, as users call it. */
import { assert, assertEquals } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { launch, type Launcher, LAUNCHERS } from "../training/ranks/launchers.ts";
import { Cluster } from "./cluster.ts";

const TASK = ["deno", "task", "--quiet", "doctor-mpi"];

/** The machine that the first rank names. */
function hostOf(said: string): string {
  return /rank 0 of 2 on (\S+)/.exec(said)?.[1] ?? "no machine";
}

for (const launcher of Object.keys(LAUNCHERS) as Launcher[]) {
  Deno.test(`doctor-mpi shows once what each process sees, ${launcher}`, async () => {
    const { code, out, err } = await launch(launcher, 2, TASK);
    assertEquals(code, 0, err);
    const host = hostOf(out);
    const heads = out.split("\n").filter((line) => line.startsWith("rank "));
    assertEquals(heads, [0, 1].map((rank) => `rank ${rank} of 2 on ${host}`));
    assertEquals(out.split("self-test  equal to float64's: ").length - 1, 2, out);
    // Here they are: both see this machine's one adapter.
    assertEquals(err.split(`warning: ranks 0 and 1 on ${host} see the same `).length - 1, 1, err);
  });
}

Deno.test("doctor-mpi under srun shows the cards that Slurm has given each task", () =>
  withFolder(async (folder) => {
    await using cluster = await Cluster.start(folder);
    const srun = "srun --mpi=pmi2 --ntasks=2";
    const given = "env SLURM_STEP_GPUS=$SLURM_PROCID CUDA_VISIBLE_DEVICES=0";
    const said = await cluster.sh(`${srun} sh -c '${given} ${TASK.join(" ")}' 2>&1`);
    for (const rank of [0, 1]) {
      const lines = `rank ${rank} of 2 on ${hostOf(said)}\n[^]*?`;
      const cards = `given {6}SLURM_STEP_GPUS=${rank}, CUDA_VISIBLE_DEVICES=0\n`;
      assert(new RegExp(lines + cards).test(said), said);
    }
    assertEquals(said.split("warning: ranks 0 and 1 on ").length - 1, 1, said);

    const untold = await cluster.sh(`srun --ntasks=2 ${TASK.join(" ")} 2>&1 || true`);
    assert(untold.includes("srun has not told MPI of them, use srun --mpi=pmi2"), untold);
  }));
