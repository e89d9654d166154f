/**
 * Times two checkouts in turn: each has a process of its own, and every kernel, layer and step is taken
 * once by the one, then by the other, again and again, so that what else the machine does meets both alike.
 */
// @ts-types="types-d3"
import * as d3 from "d3";
import { UsageError } from "../flags/flags.ts";
import { AnsweringProcess, PeerFailure } from "./answering_process.ts";
import { type Checkout, openCheckout, PROJECT } from "./checkout.ts";
import type { CompareSize } from "./compare_serve.ts";
import { timesInTurn } from "./median_time.ts";

/** One thing timed in both checkouts: the least times, and the ratios b / a of the pairs. */
export interface Compared {
  readonly a: number;
  readonly b: number;
  /** The median of the ratios, and their quartiles. */
  readonly ratio: number;
  readonly quartiles: readonly [number, number];
}

/** Everything that both checkouts have, by name, and the names that only one of them has. */
interface Comparison {
  readonly compared: Readonly<Record<string, Compared>>;
  readonly alone: readonly string[];
}

/** A call with `--compare a b` as `--compare a,b`, as a flag takes one word. */
export function withPair(args: readonly string[]): string[] {
  const at = args.indexOf("--compare");
  const [a, b] = args.slice(at + 1);
  if (at < 0 || b === undefined || b.startsWith("-")) return [...args];
  return [...args.slice(0, at + 1), `${a},${b}`, ...args.slice(at + 3)];
}

/** The two of `a,b`; one alone is compared with this checkout. */
export function pairOf(given: string): readonly [string, string] {
  const [a, b = PROJECT, ...more] = given.split(",");
  if (a && b && more.length === 0) return [a, b];
  throw new UsageError(
    `Cannot use --compare ${given}: it must be two folders or revisions of this project`,
  );
}

/** How long one answer may take: a first launch compiles its kernel. */
const SECONDS = 300;

/** Times what both checkouts have, in so many pairs each; tells of each as it is done. */
export async function compareCheckouts(
  [first, second]: readonly [string, string],
  size: CompareSize,
  pairs: number,
  onCompared: (name: string, compared: Compared) => void = () => {},
): Promise<Comparison> {
  await using one = await openCheckout(first);
  await using other = await openCheckout(second);
  await using a = new Timed(one, size);
  await using b = new Timed(other, size);
  const [ofA, ofB] = [await a.names(), await b.names()];
  const both = ofA.filter((name) => ofB.includes(name));
  const compared: Record<string, Compared> = {};
  for (const name of both) {
    compared[name] = comparedTimes(
      await timesInTurn(pairs, () => a.time(name), () => b.time(name)),
    );
    onCompared(name, compared[name]);
  }
  return { compared, alone: [...ofA, ...ofB].filter((name) => !both.includes(name)) };
}

/** Ratios of pairs, whose median one slow moment of the machine does not move. */
export function comparedTimes(times: readonly (readonly [number, number])[]): Compared {
  const ratios = times.map(([a, b]) => b / a);
  const at = (share: number) => d3.quantile(ratios, share)!;
  return {
    a: Math.min(...times.map(([a]) => a)),
    b: Math.min(...times.map(([, b]) => b)),
    ratio: at(0.5),
    quartiles: [at(0.25), at(0.75)],
  };
}

/** A checkout's process that times what it is asked for. */
class Timed implements AsyncDisposable {
  readonly #checkout: Checkout;
  readonly #process: AnsweringProcess;

  constructor(checkout: Checkout, size: CompareSize) {
    this.#checkout = checkout;
    const { folder } = checkout;
    this.#process = new AnsweringProcess({
      program: "deno",
      args: [
        ...["run", "--quiet", "--no-prompt", "--no-remote"],
        ...["--config", `${folder}/deno.json`, `${folder}/scripts/bench/compare_serve.ts`],
        JSON.stringify(size),
      ],
      seconds: SECONDS,
    });
  }

  async names(): Promise<readonly string[]> {
    return (await this.#answer()).names as string[];
  }

  async time(name: string): Promise<number> {
    this.#process.send(new TextEncoder().encode(`${name}\n`));
    return (await this.#answer()).milliseconds as number;
  }

  async #answer() {
    try {
      return await this.#process.answer();
    } catch (error) {
      if (!(error instanceof PeerFailure)) throw error;
      throw new Error(`Cannot time ${this.#checkout.name}: ${error.message}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}
