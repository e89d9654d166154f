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

export interface Peer {
  /** Median of a step on all processors. */
  readonly milliseconds: number;
  /** The library under PyTorch's matrix products, which decides much of its speed. */
  readonly blas: string;
}

/** The step in PyTorch, or null, with a word why, where it cannot run. */
export async function peerStep(size: PeerSize): Promise<Peer | null> {
  const { channels: hidden, ...rest } = size;
  const options = { hidden, ...rest, steps: 4, threads: navigator.hardwareConcurrency };
  const script = `${import.meta.dirname}/bench_peer.py`;
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  try {
    const peer = new Deno.Command(PYTHON, { args: [script, ...args], stderr: "null" });
    const { success, stdout } = await peer.output();
    if (success) {
      const { median_ms: milliseconds } = JSON.parse(new TextDecoder().decode(stdout));
      return { milliseconds, blas: await blas() };
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  console.log("PyTorch: not installed (on Debian: apt-get install python3-torch)");
  return null;
}

/** Debian's alternatives name the library; the reference one is several times slower than OpenBLAS. */
async function blas(): Promise<string> {
  try {
    return await Deno.readLink(`/etc/alternatives/libblas.so.3-${Deno.build.arch}-linux-gnu`);
  } catch {
    return "unknown";
  }
}
