/** Serves training steps in a JavaScript library to `peer_process.ts`, over standard input and output. */
import { createRequire } from "node:module";
import { decodeSafetensors, type StoredTensor } from "../../training/files/safetensors.ts";

/** What a step is made from: tensors and settings, by name. */
export interface StepData {
  tensor(name: string): StoredTensor;
  readonly names: readonly string[];
  setting(name: string): number;
}

/** Takes one step and returns its loss. */
export type TakeStep = () => Promise<number>;

/** Loads a package from the folder that the first argument names. */
export type Load = (name: string) => unknown;

/** Takes a step for each line of standard input, and answers with its loss and time. */
export async function serve(
  prepare: (load: Load) => Promise<{ libraries: string; step: (given: StepData) => TakeStep }>,
): Promise<void> {
  try {
    const { libraries, step } = await prepare(loader(Deno.args[0]!));
    const input = new Input();
    const take = step(await input.given());
    tell({ libraries });
    while (await input.line() !== undefined) {
      const start = performance.now();
      const loss = await take();
      tell({ loss, milliseconds: performance.now() - start });
    }
  } catch (error) {
    tell(
      error instanceof Missing
        ? { missing: error.message }
        : { error: error instanceof Error ? `${error.name}: ${error.message}` : `${error}` },
    );
  }
  Deno.exit();
}

class Missing extends Error {}

/** Looks for packages in that folder alone; Node would also search all folders above. */
function loader(folder: string): Load {
  const require = createRequire(`${folder}/package.json`);
  return (name) => {
    try {
      Deno.statSync(`${folder}/node_modules/${name}`);
    } catch {
      throw new Missing(name);
    }
    return require(name);
  };
}

function tell(answer: Record<string, unknown>): void {
  console.log(JSON.stringify(answer));
}

/** Reads standard input by bytes and by lines. */
class Input {
  readonly #reader = Deno.stdin.readable.getReader();
  #held: Uint8Array<ArrayBuffer> = new Uint8Array();

  async given(): Promise<StepData> {
    const length = new DataView((await this.#take(8)).buffer).getBigUint64(0, true);
    const bytes = await this.#take(Number(length));
    const { tensors, metadata } = decodeSafetensors(bytes, "standard input");
    return {
      tensor: (name) => tensors.get(name)!,
      names: [...tensors.keys()],
      setting: (name) => Number(metadata[name]),
    };
  }

  /** The next line, or undefined at the input's end. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#held.indexOf("\n".charCodeAt(0));
      if (end >= 0) return new TextDecoder().decode(await this.#take(end + 1));
      if (!await this.#more()) return undefined;
    }
  }

  async #take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const pieces = [this.#held];
    for (let held = this.#held.length; held < count; held += pieces.at(-1)!.length) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("standard input ended early");
      pieces.push(value);
    }
    const all = new Uint8Array(await new Blob(pieces).arrayBuffer());
    this.#held = all.slice(count);
    return all.slice(0, count);
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#reader.read();
    if (done) return false;
    this.#held = new Uint8Array(await new Blob([this.#held, value]).arrayBuffer());
    return true;
  }
}
