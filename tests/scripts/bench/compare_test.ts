import {
  compareCheckouts,
  comparedTimes,
  pairOf,
  withPair,
} from "../../../scripts/bench/compare.ts";
import { PROJECT } from "../../../scripts/bench/checkout.ts";
import type { CompareSize } from "../../../scripts/bench/compare_serve.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { task } from "../task.ts";

const SIZE: CompareSize = {
  kinds: ["layers", "step"],
  ...{ nodes: 20, degree: 3, channels: 8, layers: 1 },
};

Deno.test("comparedTimes() takes the median of the pairs' ratios, whatever one slow moment does", () => {
  assertEquals(comparedTimes([[10, 5], [20, 10], [10, 900], [12, 6], [11, 5.5]]), {
    ...{ a: 10, b: 5, ratio: 0.5 },
    quartiles: [0.5, 0.5],
  });
  assertEquals(comparedTimes([[2, 8], [2, 4], [2, 6]]), {
    ...{ a: 2, b: 4, ratio: 3 },
    quartiles: [2.5, 3.5],
  });
  // Of an even number the median lies between two, as d3, NumPy and R have it.
  assertEquals(comparedTimes([[1, 4], [1, 1], [1, 3], [1, 2]]), {
    ...{ a: 1, b: 1, ratio: 2.5 },
    quartiles: [1.75, 3.25],
  });
});

Deno.test("compareCheckouts() times what both have, and names what only one has", async () => {
  const told: string[] = [];
  const { compared, alone } = await compareCheckouts(
    [PROJECT, PROJECT],
    SIZE,
    2,
    (name) => told.push(name),
  );
  assertEquals(Object.keys(compared), told);
  assert(told.includes("gen layer") && told.includes("training step, 1 layers"), `${told}`);
  assertEquals(alone, []);
  for (const { a, b, ratio } of Object.values(compared)) assert(a > 0 && b > 0 && ratio > 0);
});

Deno.test("compareCheckouts() refuses in a sentence what cannot be timed", async () => {
  await withFolder(async (folder) => {
    await assertRejects(
      () => compareCheckouts([folder, PROJECT], SIZE, 1),
      Error,
      `Cannot compare ${folder}: it is neither a folder of this project nor a revision of it`,
    );
    await Deno.writeTextFile(`${folder}/deno.json`, "{}");
    await assertRejects(
      () => compareCheckouts([PROJECT, folder], SIZE, 1),
      Error,
      `Cannot compare ${folder}: it has no scripts/bench/compare_serve.ts`,
    );
    await Deno.mkdir(`${folder}/scripts/bench`, { recursive: true });
    const serve = `${folder}/scripts/bench/compare_serve.ts`;
    await Deno.writeTextFile(serve, 'throw new Error("no adapter");');
    await assertRejects(
      () => compareCheckouts([folder, folder], SIZE, 1),
      Error,
      `Cannot time ${folder}: error: Uncaught (in promise) Error: no adapter`,
    );
  });
});

Deno.test("withPair() and pairOf() take two words, or one that is compared with this checkout", () => {
  assertEquals(withPair(["--compare", "a", "b", "--pairs", "7"]), [
    ...["--compare", "a,b", "--pairs", "7"],
  ]);
  assertEquals(withPair(["--compare", "a", "--pairs", "7"]), ["--compare", "a", "--pairs", "7"]);
  assertEquals(withPair(["--pairs", "7"]), ["--pairs", "7"]);
  assertEquals(pairOf("a,b"), ["a", "b"]);
  assertEquals(pairOf("a"), ["a", PROJECT]);
  for (const wrong of ["a,b,c", ",b", "a,"]) assertThrows(() => pairOf(wrong), Error, wrong);
});

Deno.test("deno task bench --compare takes a revision, and leaves no folder of it", async () => {
  await withFolder(async (folder) => {
    const size = ["--nodes", "20", "--degree", "3", "--channels", "8", "--layers", "1"];
    const call = ["--compare", "HEAD", "--only", "step", ...size];
    const { code, out, err } = await task("bench", call, { TMPDIR: folder });
    assertEquals(code, 0, err);
    const row = JSON.parse(out.trimEnd().split("\n").at(-1)!);
    assertEquals([row.bench, row.a, Object.keys(row.compared)], [
      ...["compare", "HEAD", ["training step, 1 layers"]],
    ]);
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});
