/** Signals: listened to while a run waits for none but short epochs, and the system's business otherwise. */
import { exitCodeOf, STOP_SIGNALS } from "../../../scripts/shared/stop_signals.ts";
import { assert, assertEquals } from "../../assert.ts";
import { ROOT } from "../task.ts";

const BLOCKED = `
import { StopSignals } from "${new URL("scripts/shared/stop_signals.ts", ROOT)}";
const stops = new StopSignals();
const [before, then] = Deno.args.map((word) => word === "waits");
const block = (seconds) => {
  const start = performance.now();
  while (performance.now() - start < 1000 * seconds);
};
stops.waits(before);
stops.waits(then);
console.log("blocked");
if (!then) block(60);
// Deno takes a signal in a thread of its own, which may come to it late: a run asks between its epochs too.
let asked;
for (let epoch = 0; asked === undefined && epoch < 300; epoch++) {
  block(0.2);
  asked = await stops.asked();
}
console.log(asked);
if (Deno.args[2] === "again") {
  console.log("blocked");
  block(60);
}
`;

/** A process that is not looked after by its event loop, as one that waits for the device. */
async function blocked(...args: string[]) {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(path, BLOCKED);
  const child = new Deno.Command("deno", {
    args: ["run", "--quiet", "--no-prompt", path, ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const said = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const until = async (word: string) => {
    while (!text.includes(word)) {
      const { value, done } = await said.read();
      assert(!done, `${text} ends without ${word}`);
      text += value;
    }
    text = text.slice(text.indexOf(word) + word.length);
  };
  await until("blocked\n");
  await Deno.remove(path);
  return { child, until, said };
}

for (const signal of STOP_SIGNALS) {
  Deno.test(`StopSignals leaves ${signal} to the system while nobody waits, whatever holds the thread`, async () => {
    for (const before of ["waits", "does not"]) {
      const { child, said } = await blocked(before, "does not");
      child.kill(signal);
      const status = await child.status;
      assertEquals([status.signal, status.code], [signal, exitCodeOf(signal)]);
      await said.cancel();
    }
  });
}

Deno.test("StopSignals tells of a signal that came while the thread was held, and leaves a second to the system", async () => {
  const { child, until, said } = await blocked("does not", "waits", "again");
  child.kill("SIGTERM");
  await until("SIGTERM\n");
  await until("blocked\n");
  child.kill("SIGINT");
  assertEquals((await child.status).signal, "SIGINT");
  await said.cancel();
});

const ECHOED = `
import { StopSignals } from "${new URL("scripts/shared/stop_signals.ts", ROOT)}";
const stops = new StopSignals(() => {
  Deno.kill(Deno.pid, "SIGTERM");
  setTimeout(() => {
    console.log("goes on");
    Deno.kill(Deno.pid, "SIGTERM");
    setTimeout(() => console.log("is not ended"), 60_000);
  }, 1500);
});
stops.waits(true);
Deno.kill(Deno.pid, "SIGTERM");
setInterval(() => {}, 60_000);
`;

Deno.test("StopSignals takes a signal's echo for the signal itself, and no other", async () => {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, ECHOED);
    const args = ["run", "--quiet", "--no-prompt", "--allow-run", path];
    const { signal, stdout } = await new Deno.Command("deno", { args }).output();
    assertEquals([signal, new TextDecoder().decode(stdout)], ["SIGTERM", "goes on\n"]);
  } finally {
    await Deno.remove(path);
  }
});
