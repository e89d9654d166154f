/** One training by several processes has the bits of one process that accumulates as many parts. */
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { launch, type Launcher, LAUNCHERS } from "../training/ranks/launchers.ts";
import { untimed } from "../training/untimed.ts";
import { Cluster } from "./cluster.ts";
import { type Result, task } from "./task.ts";

const TASK = ["deno", "task", "--quiet", "train-mpi"];
const PLANTED = ["--dataset", "planted", "--planted-nodes", "240", "--layers", "2"];
const MODEL = [...PLANTED, "--channels", "8", "--dropout", "0.2", "--epochs", "4"];
/** Batch norms measure each part; evaluations go by parts as well. */
const BY_FOUR = [...MODEL, "--norm", "batch", "--parts", "4", "--evaluate-parts", "3"];
/** Every kind of solve; the whole graph is evaluated. */
const EQUILIBRIUM = [
  ...["--dataset", "planted", "--planted-nodes", "240", "--model", "deq-gnn", "--channels", "8"],
  ...["--epochs", "3", "--parts", "4", "--accumulate", "2", "--evaluate-parts", "1"],
];

/** A row without its times and without what only several processes have. */
function figuresOf({ out }: Pick<Result, "out">) {
  const { processes, stepsPerSecond, exchangeShare, ...row } = JSON.parse(
    out.trim().split("\n").at(-1)!,
  ) as Row;
  return { processes, stepsPerSecond, exchangeShare, row: untimed(row) };
}

interface Trained extends ReturnType<typeof figuresOf> {
  readonly weights: Uint8Array;
}

async function trained(
  folder: string,
  args: readonly string[],
  call: (args: string[]) => Promise<Result>,
): Promise<Trained> {
  const save = `${folder}/${crypto.randomUUID()}.safetensors`;
  const result = await call([...args, "--save", save]);
  assertEquals(result.code, 0, result.err);
  assertEquals(result.out.trim().split("\n").length, 1, "one row, of one process");
  return { ...figuresOf(result), weights: await Deno.readFile(save) };
}

Deno.test("train-mpi of 2 and of 4 processes has the bits of train --accumulate, by every MPI", () =>
  withFolder(async (folder) => {
    for (
      const [args, numbers] of [[[...BY_FOUR, "--accumulate", "4"], [2, 4]], [EQUILIBRIUM, [
        2,
      ]]] as const
    ) {
      const alone = await trained(folder, args, (args) => task("train", args));
      assertEquals([alone.processes, alone.stepsPerSecond, alone.exchangeShare], [
        undefined,
        undefined,
        undefined,
      ]);
      for (const launcher of Object.keys(LAUNCHERS) as Launcher[]) {
        for (const processes of numbers) {
          const call = (args: string[]) => launch(launcher, processes, [...TASK, ...args]);
          const { row, weights, ...together } = await trained(folder, args, call);
          assertEquals(row, alone.row, `${processes} processes by ${launcher}`);
          assertEquals(weights, alone.weights);
          assertEquals(together.processes, processes);
          assert(together.stepsPerSecond! > 0);
          assert(together.exchangeShare! > 0 && together.exchangeShare! < 1);
        }
      }
    }
  }));

for (const launcher of Object.keys(LAUNCHERS) as Launcher[]) {
  Deno.test(`train-mpi goes on to the same bits after a process has died, ${launcher}`, () =>
    withFolder(async (folder) => {
      const state = `${folder}/state.safetensors`;
      const args = [...MODEL, "--parts", "4"];
      const resume = ["--resume", state, "--resume-every", "0"];
      const whole = await trained(
        folder,
        args,
        (args) => task("train", [...args, "--accumulate", "2"]),
      );
      const dying = ["deno", "run", "--quiet", "--allow-all", "tests/scripts/dying_rank.ts"];
      const died = await launch(
        launcher,
        2,
        [...TASK, ...args, ...resume],
        [...dying, ...args, ...resume],
      );
      assert(died.code !== 0, died.err);
      assertEquals(died.out.includes("{"), false, "no row");
      // MPICH's launcher kills the others without a warning, Open MPI's warns them.
      const sentence = "Cannot go on: SIGTERM came while the other processes were waited for";
      assertEquals(died.err.split(sentence).length - 1, launcher === "MPICH" ? 0 : 1, died.err);
      assert((await Deno.stat(state)).size > 0);

      const other = await task("train", [...args, ...resume]);
      assertEquals(other.code, 1);
      assert(other.err.includes("its accumulate is 2, this run's 1"), other.err);

      const again = await trained(
        folder,
        args,
        (args) => launch(launcher, 2, [...TASK, ...args, ...resume]),
      );
      assertEquals(again.weights, whole.weights);
      assertEquals(again.row, whole.row);
    }));

  Deno.test(`train-mpi says once what is wrong with a call, ${launcher}`, async () => {
    const cases = [
      [
        ["--parts", "5"],
        2,
        "Cannot train by 5 parts with 2 processes: a step takes a part of each",
      ],
      [["--parts", "6", "--accumulate", "3"], 2, "Cannot use --accumulate 3 with 2 processes"],
      [["--parts", "4", "--init", "/nowhere.safetensors"], 1, "/nowhere.safetensors"],
    ] as const;
    for (const [args, code, sentence] of cases) {
      const { err, out, ...result } = await launch(launcher, 2, [...TASK, ...MODEL, ...args]);
      assertEquals([result.code, out], [code, ""], err);
      assertEquals(err.split(`error: `).length - 1, 1, err);
      assert(err.includes(sentence), err);
    }
  });
}

Deno.test("train-mpi under srun --mpi=pmi2 has the same bits, and says what ended it", () =>
  withFolder(async (folder) => {
    await using cluster = await Cluster.start(folder);
    const args = [...MODEL, "--parts", "4"];
    const alone = await trained(
      folder,
      args,
      (args) => task("train", [...args, "--accumulate", "2"]),
    );
    const srun = "srun --mpi=pmi2 --kill-on-bad-exit=1 --ntasks=2";
    const together = await trained(folder, args, async (args) => ({
      ...{ code: 0, err: "" },
      out: await cluster.sh(`${srun} ${TASK.join(" ")} ${args.join(" ")}`),
    }));
    assertEquals([together.row, together.weights], [alone.row, alone.weights]);

    const dying = "deno run --quiet --allow-all tests/scripts/dying_rank.ts";
    const programs = `0 ${TASK.join(" ")} ${args.join(" ")}\n1 ${dying} ${args.join(" ")}\n`;
    await Deno.writeTextFile(`${folder}/programs`, programs);
    const said = await cluster.sh(`${srun} --multi-prog ${folder}/programs 2>&1 || true`);
    assert(said.includes("error: Cannot go on: SIGTERM came while the other processes"), said);
  }));

Deno.test("train-mpi --help is said once", async () => {
  const { code, out } = await launch("MPICH", 2, [...TASK, "--help"]);
  assertEquals(code, 0);
  assertEquals(out.split("Usage: ").length - 1, 1);
});
