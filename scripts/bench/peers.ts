/** The libraries that a training step is timed beside, and what to install for them. */
import { resolve } from "node:path";
import type { PeerCommand } from "./peer_process.ts";

export interface Peer {
  readonly name: string;
  readonly command: PeerCommand;
  /** How to install it. */
  readonly install: string;
}

const HERE = import.meta.dirname;

/**
 * Nothing else is in PyTorch's environment, such as settings of OpenBLAS for another processor. malloc
 * keeps the pages of large tensors: given back after every operation, they make a step up to six times
 * slower.
 */
const PYTORCH_ENVIRONMENT = {
  MALLOC_MMAP_MAX_: "0",
  MALLOC_TRIM_THRESHOLD_: "20000000000",
  MALLOC_TOP_PAD_: "268435456",
};

/** PyTorch as the paper's code uses it, with activations stored, and in its fastest form. */
export const PYTORCH: readonly Peer[] = [
  ["published", "PyTorch, as published"],
  ["stored", "PyTorch, activations stored"],
  ["fastest", "PyTorch, fastest form"],
].map(([form, name]) => ({
  name: name!,
  command: {
    program: "/usr/bin/python3",
    args: [`${HERE}/bench_peer.py`, form!],
    env: PYTORCH_ENVIRONMENT,
    seconds: 300,
  },
  install: "on Debian: apt-get install python3-torch python3-numpy libopenblas0",
}));

const PACKAGES = [
  "@tensorflow/tfjs@4.22.0",
  "@tensorflow/tfjs-backend-webgpu@4.22.0",
  "@jax-js/jax@0.1.25",
];

/** How to put JavaScript's own peers into a folder; they are no dependencies of this project. */
export function installJavaScript(folder: string): string {
  return `npm install --prefix ${folder} ${PACKAGES.join(" ")}`;
}

/**
 * JavaScript's peers, as npm has put them into a folder, on their fastest back ends. A gather's gradient
 * takes tfjs in plain JavaScript nodes × edges operations and is none of its WebAssembly's; that of
 * jax-js on WebGPU does not compile.
 */
export function javaScriptPeers(given: string): Peer[] {
  const folder = resolve(given);
  return [
    ["tfjs, WebGPU", "bench_peer_tfjs.ts", "webgpu"],
    ["jax-js, WebAssembly", "bench_peer_jax.ts", "wasm"],
  ].map(([name, script, backend]) => ({
    name: name!,
    command: {
      program: "deno",
      args: [
        ...["run", "--quiet", "--no-config", "--no-lock", "--no-prompt", "--no-remote"],
        // Packages may be links to anywhere; they do without all else.
        "--allow-read",
        ...[`${HERE}/${script}`, folder, backend!],
      ],
      seconds: 120,
    },
    install: installJavaScript(folder),
  }));
}
