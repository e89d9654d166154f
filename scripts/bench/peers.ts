/** The libraries that a training step is timed against, and how to install them. */
import { resolve } from "node:path";
import type { PeerCommand } from "./answering_process.ts";

export interface Peer {
  readonly name: string;
  readonly command: PeerCommand;
  /** How to install it. */
  readonly install: string;
}

const HERE = import.meta.dirname;

/**
 * PyTorch's whole environment, without settings of OpenBLAS, say, that suit another processor. They make
 * malloc keep the pages of large tensors: returning them after every operation makes a step up to six
 * times slower.
 */
const PYTORCH_ENVIRONMENT = {
  MALLOC_MMAP_MAX_: "0",
  MALLOC_TRIM_THRESHOLD_: "20000000000",
  MALLOC_TOP_PAD_: "268435456",
};

/** PyTorch as the paper's code uses it, with activations stored, and in the fastest form we know. */
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

/** How to install JavaScript's peers into a folder; they are not dependencies of this project. */
export function installJavaScript(folder: string): string {
  return `npm install --prefix ${folder} ${PACKAGES.join(" ")}`;
}

/**
 * JavaScript's peers, installed by npm into a folder, on their fastest back ends that work. A gather's
 * gradient takes nodes × edges operations in tfjs's plain JavaScript and is missing from its WebAssembly;
 * in jax-js on WebGPU it does not compile.
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
        // Packages may be links to anywhere, so all may be read; they do without all else.
        "--allow-read",
        ...[`${HERE}/${script}`, folder, backend!],
      ],
      seconds: 120,
    },
    install: installJavaScript(folder),
  }));
}
