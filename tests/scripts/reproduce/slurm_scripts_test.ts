/** The scripts of a submission, run by sh beside stand-ins of Slurm's programs. */
import { submitScript, taskScript } from "../../../scripts/reproduce/slurm_scripts.ts";
import { assert, assertEquals } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

/** Runs a script of the folder, whose programs come first; returns its exit code and all that it says. */
async function sh(folder: string, script: string, args: readonly string[] = [], env = {}) {
  const call = `cd / && PATH="$0/bin:$PATH" exec sh "$0/${script}" "$@" 2>&1`;
  const { code, stdout } = await new Deno.Command("sh", {
    args: ["-c", call, folder, ...args],
    env: { SLURM_ARRAY_JOB_ID: "70", SLURM_ARRAY_TASK_ID: "5", SLURM_RESTART_COUNT: "", ...env },
  }).output();
  return { code, out: new TextDecoder().decode(stdout) };
}

async function program(folder: string, name: string, text: string): Promise<void> {
  await Deno.mkdir(`${folder}/bin`, { recursive: true });
  await Deno.writeTextFile(`${folder}/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

const USUAL = { hours: 1, gibibytes: 3, offset: 0, teachers: [] };

Deno.test("submitScript() submits each array, students after their teachers, with the caller's words", () =>
  withFolder(async (root) => {
    const folder = `${root}/it's here`;
    await program(
      folder,
      "bin/sbatch",
      `echo "$PWD: $*" >>"$0.calls"; echo "7$(wc -l <"$0.calls");c"`,
    );
    const arrays = [
      { ...USUAL, runs: [1, 2, 4] },
      { ...USUAL, runs: [1001, 1003], offset: 1000, hours: 24 },
      { ...USUAL, runs: [3, 5], teachers: [2, 1003], gibibytes: 8 },
    ];
    await Deno.writeTextFile(
      `${folder}/submit.sh`,
      submitScript(arrays, { task: "reproduce", folder }),
    );
    const { code, out } = await sh(folder, "submit.sh", ["--account=mine", "--comment=a b"]);
    assertEquals([code, out], [
      0,
      "array 71: runs 1-2,4\narray 72: runs 1001,1003\narray 73: runs 3,5\n",
    ]);
    const more = "--account=mine --comment=a b task.sh";
    assertEquals((await Deno.readTextFile(`${folder}/bin/sbatch.calls`)).trim().split("\n"), [
      `${folder}: --parsable --array=1-2,4 --time=60 --mem=3G ${more} 0`,
      `${folder}: --parsable --array=1,3 --time=1440 --mem=3G ${more} 1000`,
      `${folder}: --parsable --array=3,5 --time=60 --mem=8G --dependency=afterany:71_2:72_3 ${more} 0`,
    ]);
  }));

Deno.test("submitScript() ends where sbatch does, with its words", () =>
  withFolder(async (folder) => {
    await program(folder, "bin/sbatch", `echo "no such partition" >&2; exit 3`);
    const arrays = [{ ...USUAL, runs: [1] }, { ...USUAL, runs: [2], hours: 2 }];
    await Deno.writeTextFile(
      `${folder}/submit.sh`,
      submitScript(arrays, { task: "reproduce", folder }),
    );
    const { code, out } = await sh(folder, "submit.sh");
    assertEquals([code, out], [3, "no such partition\n"]);
  }));

/** A project whose `run` tells how it was called, and a queue in which the task has a state. */
async function project(folder: string, run: string, state: string): Promise<void> {
  await program(folder, "run", `echo "run: $*"\n${run}`);
  await program(folder, "bin/squeue", `echo ${state}`);
  await program(folder, "bin/scontrol", `echo "scontrol: $*"`);
  const call = ["--scale", "quick", "--out", "/a b"];
  const script = taskScript({
    name: "revgnn-quick",
    task: "reproduce",
    project: folder,
    call,
    gpus: 1,
  });
  await Deno.writeTextFile(`${folder}/task.sh`, script);
}

Deno.test("taskScript() runs the run of its number, and ends with that one's exit code", () =>
  withFolder(async (folder) => {
    await project(folder, "exit 7", "RUNNING");
    const { code, out } = await sh(folder, "task.sh", ["1000"]);
    assertEquals(code, 7, out);
    assert(out.startsWith("run 1005: task 70_5 on "), out);
    assert(out.endsWith("restart 0\nrun: reproduce --scale quick --out /a b --run 1005\n"), out);
    const text = await Deno.readTextFile(`${folder}/task.sh`);
    assert(text.includes("--cpus-per-task=2 --gpus-per-task=1\n"), text);
  }));

/** Whoever runs it is warned by a signal, then by none: it ends by the one that it is handed. */
const WARNED = `
trap 'echo "handed on"; sleep 0.1; exit 143' TERM
kill -SIGNAL "$PPID"
for _ in $(seq 300); do sleep 0.1; done`;

for (const signal of ["USR1", "USR2", "TERM"]) {
  Deno.test(`taskScript() that is warned by ${signal} waits for its run, and comes again unless it was cancelled`, () =>
    withFolder(async (folder) => {
      for (
        const [state, restarts, again] of [
          ["RUNNING", "99", true],
          ["RUNNING", "100", false],
          ["COMPLETING", "", false],
        ] as const
      ) {
        await project(folder, WARNED.replace("SIGNAL", signal), state);
        const env = restarts === "" ? {} : { SLURM_RESTART_COUNT: restarts };
        const { code, out } = await sh(folder, "task.sh", ["0"], env);
        assertEquals(code, 143, out);
        assertEquals(out.split("\n").slice(2, -1), [
          "handed on",
          ...again ? ["scontrol: requeue 70_5"] : [],
        ]);
      }
    }));
}

Deno.test("taskScript() that is warned in vain, as its run has ended, does not come again", () =>
  withFolder(async (folder) => {
    await project(folder, `trap "" TERM; kill -USR1 "$PPID"; sleep 0.1`, "RUNNING");
    const { code, out } = await sh(folder, "task.sh", ["0"]);
    assertEquals(code, 0, out);
    assert(!out.includes("scontrol"), out);
  }));
