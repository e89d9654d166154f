/** Tasks that a signal stops: their last words, their exit code, and the call that goes on. */
import { exitCodeOf, STOP_SIGNALS } from "../../scripts/shared/stop_signals.ts";
import { assert, assertEquals } from "../assert.ts";
import { ended, newStates, spawn } from "./killed.ts";

const LONG = ["--dataset", "planted", "--layers", "2", "--channels", "8", "--epochs", "100000"];

for (const signal of STOP_SIGNALS) {
  Deno.test(`train --resume that gets a ${signal} writes its state, says how to go on and ends within 5 seconds`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const state = `${folder}/state.safetensors`;
      const call = [...LONG, "--resume", state, "--resume-every", "0"];
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
