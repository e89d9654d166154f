/** Calls of flags with several values, as one call for each combination. */
import { callersPath } from "../../../graphs/files/callers_path.ts";
import type { Flag } from "../../../scripts/flags/flags.ts";
import { callFromRoot, gridOf } from "../../../scripts/sweep/grid.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const FLAGS = new Map<string, Flag>([
  ["lr", { type: "number", help: "" }],
  ["norm", { type: "choice", choices: ["layer", "batch"], help: "" }],
  ["dataset", { type: "choice", choices: ["planted"], file: ".npz", help: "" }],
  ["labels", { type: "boolean", open: true, help: "" }],
  ["teacher", { type: "path", help: "" }],
  ["node-features", { type: "files", help: "" }],
]);
const callsOf = (call: string) =>
  gridOf(call.split(" "), FLAGS).map(({ words, title }) => [words.join(" "), title]);

Deno.test("gridOf() is every combination of values, the last flag's changing fastest", () => {
  assertEquals(callsOf("--lr 0.1,0.01 --labels on,off --norm=batch"), [
    ["--lr=0.1 --labels --norm=batch", "lr 0.1, labels on"],
    ["--lr=0.1 --no-labels --norm=batch", "lr 0.1, labels off"],
    ["--lr=0.01 --labels --norm=batch", "lr 0.01, labels on"],
    ["--lr=0.01 --no-labels --norm=batch", "lr 0.01, labels off"],
  ]);
});

Deno.test("gridOf() leaves alone what has one value, what names a file, and what it does not know", () => {
  assertEquals(callsOf("--labels --teacher a,b.npy --dataset a,b.npz --other 1,2 -h x"), [
    ["--labels --teacher a,b.npy --dataset a,b.npz --other 1,2 -h x", ""],
  ]);
  assertEquals(callsOf("--no-labels --lr 1,1"), [["--no-labels --lr=1", ""]]);
  assertEquals(callsOf("--lr -1,2").map(([words]) => words), ["--lr=-1", "--lr=2"]);
  // Train says what is wrong with it.
  assertEquals(callsOf("--norm"), [["--norm", ""]]);
});

Deno.test("gridOf() refuses more combinations than anybody means", () => {
  const values = Array.from({ length: 101 }, (_, i) => i).join();
  const call = () => gridOf([`--lr=${values}`, `--norm=${values}`], FLAGS);
  assertThrows(call, Error, "Cannot sweep 10201 combinations: expected at most 10000");
});

Deno.test("callFromRoot() has every path from the root, and all else as it stands", () => {
  const call = "--lr 1,2 --teacher a.npy --dataset=b.npz --node-features c.npy,/d.npy --labels x";
  const of = (path: string) => callersPath(path);
  assertEquals(callFromRoot(call.split(" "), FLAGS), [
    ...["--lr", "1,2", `--teacher=${of("a.npy")}`, `--dataset=${of("b.npz")}`],
    ...[`--node-features=${of("c.npy")},/d.npy`, "--labels", "x"],
  ]);
  assertEquals(callFromRoot(["--dataset", "planted"], FLAGS), ["--dataset", "planted"]);
});
