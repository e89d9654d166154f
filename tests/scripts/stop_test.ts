/** Tasks that a signal stops: their last words, their exit code, and the call that goes on. */
import { exitCodeOf, STOP_SIGNALS } from "../../scripts/shared/stop_signals.ts";
import { assert, assertEquals } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { ended, newStates, spawn } from "./killed.ts";

const LONG = ["--dataset", "planted", "--layers", "2", "--channels", "8", "--epochs", "100000"];

for (const signal of STOP_SIGNALS) {
  Deno.test(`train --resume that gets a ${signal} writes its state, says how to go on and ends within 5 seconds`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const state = `${folder}/state.safetensors`;
      const page = `${folder}/page/run.html`;
      const call = [...LONG, "--resume", state, "--resume-every", "0", "--report", page];
      await Deno.mkdir(`${folder}/page`);
      const child = spawn("train", call);
      const end = ended(child);
      // It listens from the second epoch on.
      await newStates(folder, 3, () => false);
      const start = performance.now();
      child.kill(signal);
      const { code, out, err } = await end;
      assert(performance.now() - start < 5000, err);
      assertEquals([code, out], [exitCodeOf(signal), ""], err);
      const last = err.trim().split("\n").at(-1);
      assertEquals(last, `Stopped by ${signal}: run the same call again to go on`);
      const html = await Deno.readTextFile(page);
      assert(html.includes("Stopped: ") && !html.includes('http-equiv="refresh"'), html);
      const again = spawn("train", call);
      const resumed = ended(again);
      await newStates(folder, 1, () => false);
      again.kill("SIGKILL");
      const said = (await resumed).err;
      assert(said.includes(`Goes on from ${state}: `), said);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("train without --resume that gets a SIGINT leaves a page that is loaded again no more", () =>
  withFolder(async (folder) => {
    const [page, save] = [`${folder}/run.html`, `${folder}/best.safetensors`];
    const child = spawn("train", [...LONG, "--report", page, "--save", save]);
    const end = ended(child);
    // It listens from the second epoch on, and the weights of the best one are written in the first.
    await newStates(folder, 3, () => false);
    const start = performance.now();
    child.kill("SIGINT");
    const { code, out, err } = await end;
    assert(performance.now() - start < 5000, err);
    assertEquals([code, out], [exitCodeOf("SIGINT"), ""], err);
    const last = err.trim().split("\n").at(-1);
    const words = "the same call begins anew, with --resume FILE it would go on";
    assertEquals(last, `Stopped by SIGINT: ${words}`);
    const html = await Deno.readTextFile(page);
    assert(html.includes("Stopped: ") && !html.includes('http-equiv="refresh"'), html);
  }));

/** Runs of some seconds. */
const REPRODUCE = ["--only", "groups", "--resume-every", "0", "--out"];

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`reproduce that gets a ${signal} leaves its state and no process behind`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const child = spawn("reproduce", [...REPRODUCE, folder]);
      // Its standard error is open for as long as the process that it has started lives.
      const end = ended(child);
      await newStates(`${folder}/quick/state`, 3, () => false);
      const start = performance.now();
      child.kill(signal);
      const { code, err } = await end;
      assert(performance.now() - start < 5000, err);
      assertEquals(code, exitCodeOf(signal), err);
      const states = [...Deno.readDirSync(`${folder}/quick/state`)].map(({ name }) => name);
      const written = states.filter((name) => name.endsWith(".safetensors")).length;
      const atOnce = Number(/^(\d+) runs go on at a time/m.exec(err)?.[1] ?? 1);
      assert(written >= 1 && written <= atOnce, `${written} states of ${atOnce} runs`);
      assertEquals(states.filter((name) => name.endsWith(".lock")), []);
      const last = err.trim().split("\n").at(-1);
      const words = `Stopped by ${signal}: run the same call again to go on`;
      assertEquals(last === words, signal === "SIGTERM", err);
      // Nobody waits for pages that nobody draws.
      const index = await Deno.readTextFile(`${folder}/quick/index.html`);
      assertEquals(index.includes('http-equiv="refresh"'), signal === "SIGKILL");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("reproduce and train refuse what another process is at, which goes on", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const state = `${folder}/state.safetensors`;
    for (
      const [script, call, states, sentence] of [
        ["reproduce", [...REPRODUCE, folder], `${folder}/quick/state`, `Cannot write to ${folder}`],
        ["train", [...LONG, "--resume", state, "--resume-every", "0"], folder, "Cannot go on from"],
      ] as const
    ) {
      const child = spawn(script, call);
      const end = ended(child);
      await newStates(states, 1, () => false);
      const second = await ended(spawn(script, call));
      assertEquals([second.code, second.out], [1, ""], second.err);
      const last = second.err.trim().split("\n").at(-1)!;
      assert(
        last.startsWith(`error: ${sentence}`) && last.includes(`: process ${child.pid}`),
        last,
      );
      await newStates(states, 1, () => false);
      child.kill("SIGKILL");
      await end;
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
