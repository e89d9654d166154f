/** Ranks of real MPIs: every function of theirs, in three processes. */
import { Mpi } from "../../../training/ranks/mpi.ts";
import { openMpiLibrary } from "../../../training/ranks/mpi_calls.ts";
import { ALONE, gatherFloats, gatherJson } from "../../../training/ranks/ranks.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { launch, type Launcher, LAUNCHERS } from "./launchers.ts";

for (const launcher of Object.keys(LAUNCHERS) as Launcher[]) {
  Deno.test(`Mpi adds up in the order of ranks and gathers from all, ${launcher}`, async () => {
    const command = ["deno", "run", "--quiet", "--allow-ffi", "--allow-env"];
    const { code, out, err } = await launch(launcher, 3, [
      ...command,
      "tests/training/ranks/exchange.ts",
    ]);
    assertEquals(code, 0, err);
    const said = out.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(said.map(({ rank }) => rank).toSorted(), [0, 1, 2]);
    for (const { rank: _, ...same } of said) {
      assertEquals(same, {
        size: 3,
        sum: [0, 3, 0, null],
        onto: [0, 13, 0, null],
        empty: [],
        wrong: -1,
        bytes: [[], [1], [2, 2]],
        floats: [0, 0.5, 1],
        json: [{ rank: 0 }, { rank: 1 }, { rank: 2 }],
        hasTime: true,
      });
    }
  });

  Deno.test(`Mpi of processes that do not know of each other says so, ${launcher}`, async () => {
    // Two processes that Slurm has started, but not so that MPI knows.
    const shell =
      `SLURM_STEP_NUM_TASKS=2 exec deno run --quiet --allow-ffi --allow-env ${"tests/training/ranks/exchange.ts"}`;
    const { code, err } = await launch(launcher, 1, ["sh", "-c", shell]);
    assert(code !== 0);
    assert(err.includes("Cannot train with 2 processes: "), err);
    assert(err.includes(`${launcher} (lib`) && err.includes("knows of 1"), err);
  });
}

Deno.test("Mpi.open() of tasks that srun has not told MPI of says how to", () => {
  const variable = (name: string) => name === "SLURM_STEP_NUM_TASKS" ? "2" : undefined;
  assertThrows(
    () => Mpi.open(variable),
    Error,
    "Cannot train with 2 processes: srun has not told MPI of them, use srun --mpi=pmi2 for MPICH",
  );
});

Deno.test("openMpiLibrary() without permission for foreign functions throws what Deno says", () => {
  assertThrows(() => openMpiLibrary(() => undefined), Deno.errors.NotCapable);
});

Deno.test("ALONE is the identity", async () => {
  const values = Float32Array.of(1, 2);
  assertEquals(await ALONE.sum(values), values);
  assertEquals(await gatherFloats(ALONE, values), [values]);
  assertEquals(await gatherJson(ALONE, { a: NaN }), [{ a: NaN }]);
  assertEquals(await ALONE.gather(Uint8Array.of(7)), [Uint8Array.of(7)]);
  await ALONE.barrier();
});
