/** A peer of the bench for tests: takes steps, or fails in the way that its second argument names. */
import { serve } from "../../scripts/bench/bench_peer_serve.ts";

const [, way, ...losses] = Deno.args;

if (way === "crash") throw new RangeError("Cannot take a step\nand more of it");
if (way === "exit") Deno.exit(3);
if (way === "prints") console.log("Welcome to the library!\n{ not JSON");

await serve((load) => {
  if (way === "missing") load("a-package-that-nobody-has-installed");
  if (way === "hang") return new Promise((resolve) => setTimeout(resolve, 1e9));
  const step = (given: { tensor(name: string): { data: ArrayLike<unknown> } }) => {
    const remaining = losses.map(Number);
    return () => {
      if (way === "throws") throw new TypeError("no such operation");
      return Promise.resolve(remaining.shift() ?? Number(given.tensor("last").data[0]));
    };
  };
  return Promise.resolve({ libraries: "fake 1.0", step });
});
