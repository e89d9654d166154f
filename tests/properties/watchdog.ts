/**
 * A worker that ends a test process which has been at one input for too long, and says which: nothing in
 * the process itself could stop a loop without end. It is sent the memory that `Watched` writes.
 */

/** Seconds for one input, a thousand times what most take: a bound on hanging, no measure of speed. */
const SECONDS = 30;

/** A worker has what its thread is sent by; the types here are a page's. */
const thread = self as unknown as { onmessage: (message: MessageEvent<SharedArrayBuffer>) => void };

thread.onmessage = ({ data }) => {
  const count = new Int32Array(data, 0, 2);
  let last = 0;
  setInterval(() => {
    const now = Atomics.load(count, 0);
    if (now === last && now % 2 === 1) end(new Uint8Array(data, 8, count[1]!));
    last = now;
  }, SECONDS * 1000);
};

function end(input: Uint8Array): void {
  const text = new TextDecoder().decode(input.slice());
  console.error(`an input takes more than ${SECONDS} seconds: ${text}`);
  // The reporter needs a moment to print it.
  const call = `sleep 1; kill -KILL ${Deno.pid}`;
  new Deno.Command("sh", { args: ["-c", call] }).outputSync();
}
