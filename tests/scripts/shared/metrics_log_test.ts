/** A run's log where its disk gets full, or its folder goes. */
import { MetricsLog } from "../../../scripts/shared/metrics_log.ts";
import { assert, assertEquals } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { saidWhile } from "../../said.ts";

const EPOCH = {
  epoch: 1,
  loss: 0.5,
  scores: null,
  learningRate: 0.01,
  gradientNorm: 2,
  seconds: 3,
};

/** A disk that takes so many more bytes, the last line in part. */
function fullAfter(bytes: number): Disposable {
  const { writeTextFileSync } = Deno;
  let left = bytes;
  Deno.writeTextFileSync = (path, text, options) => {
    writeTextFileSync(path, text.slice(0, left), options);
    left -= Math.min(left, text.length);
    if (left === 0) throw new Error("No space left on device (os error 28)");
  };
  return { [Symbol.dispose]: () => void (Deno.writeTextFileSync = writeTextFileSync) };
}

Deno.test("a log on a full disk keeps its whole lines, warns once, and stops nothing", async () => {
  await withFolder((folder) => {
    const path = `${folder}/log.jsonl`;
    const log = new MetricsLog(path);
    log.begin();
    log.begin([EPOCH]);
    const line = Deno.readTextFileSync(path);
    assert(line.endsWith("\n"), line);
    using _ = fullAfter(line.length + 10);
    const said = saidWhile(() => {
      for (let epoch = 0; epoch < 4; epoch++) log.add(EPOCH);
    });
    assertEquals(said, [
      `warning: Cannot write ${path}: No space left on device (os error 28); the run goes on without its log`,
    ]);
    assertEquals(Deno.readTextFileSync(path), line + line);
  });
});

Deno.test("a log whose folder goes warns once, and stops nothing", async () => {
  await withFolder((folder) => {
    const log = new MetricsLog(`${folder}/logs/log.jsonl`);
    Deno.mkdirSync(`${folder}/logs`);
    log.begin();
    Deno.removeSync(`${folder}/logs`, { recursive: true });
    const said = saidWhile(() => [EPOCH, EPOCH].forEach((epoch) => log.add(epoch)));
    assertEquals(said.length, 1);
    assert(said[0]!.endsWith("the run goes on without its log"), said[0]);
  });
});
