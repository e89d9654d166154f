import { tensorBytes } from "../../../gpu/tensor.ts";
import { wordnetFrames } from "../../../graphs/wordnet/wordnet_frames.ts";
import { heldTable, stepPeak } from "../../../scripts/bench/held_memory.ts";
import { assert, assertEquals } from "../../assert.ts";
import { ROOT } from "../task.ts";

const DOC = new URL("docs/memory.md", ROOT);
const [BEGIN, END] = ["<!-- held -->\n\n", "\n\n<!-- held ends -->"];

const CHANNELS = 64;
const OPTIONS = { layers: 28, channels: CHANNELS, groups: 2, dropout: 0.1 };
/** What the peak may be, of the least that it can be. */
const SLACK = 1.25;

const data = await wordnetFrames();
const training = await stepPeak(data, OPTIONS, "training");
const evaluation = await stepPeak(data, OPTIONS, "evaluation");

/** Bytes of what a pass does not make: values and their companions, and the batch. */
function given({ held }: typeof training): number {
  return held.filter(({ purpose }) => purpose !== "activations" && purpose !== "plumbing")
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

const nodes = data.nodes;
const state = tensorBytes(nodes, CHANNELS);
const ofGroup = state / 2;
/** Places of winners in 8 bits. */
const winner = tensorBytes(nodes, CHANNELS / 2 / 4);
const moments = tensorBytes(nodes, 2);

Deno.test("a step of RevGNN-64 holds at most a quarter more than the least it can", () => {
  // Within a branch of d = 32: its MLP's input [N, d] and hidden layer [N, 2d], and gradients [N, 2d] of
  // the active and of the hidden layer.
  const branch = ofGroup + 2 * ofGroup + winner + 2 * moments + 2 * 2 * ofGroup;
  const least = 2 * state + branch + given(training);
  assert(training.peak <= SLACK * least, `${training.peak} bytes, the least are ${least}`);
});

Deno.test("an evaluation of RevGNN-64 holds at most a quarter more than its least, far below a step's", () => {
  const branch = ofGroup + 2 * 2 * ofGroup + winner + 2 * moments;
  const least = state + branch + given(evaluation);
  assert(evaluation.peak <= SLACK * least, `${evaluation.peak} bytes, the least are ${least}`);
  assert(evaluation.peak < 0.75 * training.peak);
});

Deno.test("stepPeak() is the same at every depth but for the parameters", async () => {
  const deeper = await stepPeak(data, { ...OPTIONS, layers: 29 }, "training");
  const made = ({ held }: typeof training) =>
    held.filter(({ purpose }) => purpose === "activations");
  assertEquals(made(deeper), made(training));
  assert(made(training).some(({ label }) => label === "gen_aggregate: winner"));
});

Deno.test("docs/memory.md has what is held at the peak", async () => {
  const text = await Deno.readTextFile(DOC);
  const [begin, end] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  const told = heldTable(training);
  if (Deno.args.includes("--update")) {
    return await Deno.writeTextFile(DOC, text.slice(0, begin) + told + text.slice(end));
  }
  assertEquals(text.slice(begin, end).split("\n"), told.split("\n"));
});
