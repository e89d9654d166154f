/** The peer of the bench: the same training step in PyTorch, where Debian's python3-torch is installed. */

const PYTHON = "/usr/bin/python3";

export interface PeerSize {
  readonly layers: number;
  readonly channels: number;
  readonly nodes: number;
  readonly degree: number;
  readonly groups: number;
  readonly tasks: number;
}

/** Median milliseconds of a step on all processors, or null, with a word why, where it cannot run. */
export async function peerStep(size: PeerSize): Promise<number | null> {
  const { channels: hidden, ...rest } = size;
  const options = { hidden, ...rest, steps: 4, threads: navigator.hardwareConcurrency };
  const script = new URL("./bench_peer.py", import.meta.url).pathname;
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  try {
    const peer = new Deno.Command(PYTHON, { args: [script, ...args], stderr: "null" });
    const { success, stdout } = await peer.output();
    if (success) return JSON.parse(new TextDecoder().decode(stdout)).median_ms;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  console.log("PyTorch: not installed (on Debian: apt-get install python3-torch)");
  return null;
}
