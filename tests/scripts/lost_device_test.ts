/** A training whose device is lost ends with a sentence, and the same call goes on from its state. */
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { untimed } from "../training/untimed.ts";
import { ended, spawn } from "./killed.ts";

const RUN = ["--dataset", "planted", "--layers", "2", "--channels", "8", "--epochs", "12"];

Deno.test("train whose device is lost says so once, and goes on from its state to the same bits", () =>
  withFolder(async (folder) => {
    const call = (at: string) => [...RUN, "--save", `${folder}/${at}`];
    const state = ["--resume", `${folder}/state.safetensors`, "--resume-every", "0"];
    const whole = await ended(spawn("train", call("whole")));
    assertEquals(whole.code, 0, whole.err);

    const lost = await ended(spawn("train", [...call("lost"), ...state], { submissions: 16 }));
    assertEquals([lost.code, lost.out], [1, ""], lost.err);
    const said = lost.err.split("error: ").slice(1);
    assertEquals([said.length, said[0]!.trim().split("\n").length], [1, 1], lost.err);
    assert(said[0]!.startsWith("Cannot run on the GPU: its device was lost (destroyed"), lost.err);
    assert(Deno.statSync(`${folder}/state.safetensors`).size > 0);

    const again = await ended(spawn("train", [...call("lost"), ...state]));
    assertEquals(again.code, 0, again.err);
    assert(/^Goes on from .*: ([1-9]|1[01]) of 12 epochs done/m.test(again.err), again.err);
    const [row, same]: Row[] = [whole, again].map(({ out }) => JSON.parse(out));
    assertEquals(untimed(same!), untimed(row!));
    const [weights, others] = ["whole", "lost"].map((at) => Deno.readFileSync(`${folder}/${at}`));
    assertEquals(others, weights);
  }));
