/**
 * Dawn, which is Chrome's WebGPU, in place of Deno's own. `./run TASK --implementation dawn` fetches it
 * from npm and has Deno load this file before the task; nothing imports it.
 */

/** What npm's `webgpu` exports. */
interface Package {
  create(options: string[]): GPU;
  /** The classes of its objects, by name. */
  readonly globals: Readonly<Record<string, unknown>>;
}

const folder = new URL("../.deno/dawn/node_modules/webgpu/", import.meta.url);
const { create, globals }: Package = await import(new URL("index.js", folder).href);

for (const [name, value] of Object.entries(globals)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
// Deno's own stays on the prototype.
Object.defineProperty(navigator, "gpu", { value: create([]), configurable: true });

/**
 * While it waits for the device, Dawn looks for news by setImmediate, each time with a new function that
 * native code holds. Those of some seconds are so many that collecting them takes Deno minutes.
 */
const POLL_MILLISECONDS = 1;
globalThis.setImmediate =
  ((look: () => void) => setTimeout(look, POLL_MILLISECONDS)) as unknown as typeof setImmediate;
