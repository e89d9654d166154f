/** The implementation of WebGPU that a process has. */

const ROOT = new URL("../../", import.meta.url);
const DAWN = new URL(".deno/dawn", ROOT).pathname;

/** Whether gpu/dawn.ts has put Dawn in the place of Deno's own, which is a property of the prototype. */
export function hasDawn(): boolean {
  return Object.hasOwn(navigator, "gpu");
}

/** Flags by which Deno gives a process Dawn where this one has it; none where it has Deno's own. */
export function implementationFlags(): string[] {
  if (!hasDawn()) return [];
  return [`--preload=${new URL("gpu/dawn.ts", ROOT)}`, `--allow-ffi=${DAWN}`];
}
