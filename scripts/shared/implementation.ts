/** The implementation of WebGPU that a process has, for those that it starts. */

const ROOT = new URL("../../", import.meta.url);
const DAWN = new URL(".deno/dawn", ROOT).pathname;

/** Flags by which Deno gives a process Dawn where this one was given it; none where it has Deno's own. */
export function implementationFlags(): string[] {
  const { state } = Deno.permissions.querySync({ name: "ffi", path: DAWN });
  if (state !== "granted") return [];
  return [`--preload=${new URL("gpu/dawn.ts", ROOT)}`, `--allow-ffi=${DAWN}`];
}
