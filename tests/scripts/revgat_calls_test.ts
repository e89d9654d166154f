/** The calls of docs/revgat.md are calls of train, and say what they are said to say. */
import { settingsOfCall } from "../../scripts/train.ts";
import { assertEquals } from "../assert.ts";

const text = await Deno.readTextFile("docs/revgat.md");
const words = (call: string) => call.replaceAll("\\\n", " ").trim().split(/\s+/);

Deno.test("docs/revgat.md has the paper's teacher and student, and SimTeG's network", () => {
  const [, flags] = /flags="([^"]*)"/.exec(text)!;
  const teacher = settingsOfCall(words(flags!));
  const { layers, channels, groups, labels, dropout, inputDropout } = teacher.model;
  assertEquals([layers, channels, groups, labels, dropout, inputDropout], [
    5,
    768,
    2,
    true,
    0.75,
    0.25,
  ]);
  assertEquals([teacher.loss, teacher.bestBy, teacher.clip], ["log-epsilon", "loss", 0]);
  const student = settingsOfCall([...words(flags!), "--teacher", "teacher.npy"]);
  assertEquals([student.teacherShare, student.temperature], [0.95, 0.7]);

  const [, call] = /deno task train (--dataset ogbn-arxiv --node-features[^`]*)/.exec(text)!;
  const simteg = settingsOfCall(words(call!));
  assertEquals([simteg.model.layers, simteg.model.channels, simteg.labelSmoothing], [2, 512, 0.02]);
  assertEquals([simteg.nodeFeatures, simteg.model.labelIterations], [["x_embs.pt"], 2]);
});
