/** A row of the bench: times beside the work that was done in them, and the adapter's own ceilings. */
import { parseJson } from "../../graphs/files/json.ts";
import { doesNotOpen } from "../../graphs/files/read_file.ts";
import { isRecord } from "../../settings/record.ts";
import type { Provenance } from "../../training/row.ts";

/** The most that an adapter was seen to do. */
export interface Ceilings {
  /** Bytes read and bytes written, from one buffer to another, 64 MiB each: from memory. */
  readonly copyGBs: number;
  /** The same of 2 MiB each, again and again: from caches where there are any. */
  readonly cacheGBs: number;
  /** Multiply-adds from registers, an addition and a multiplication each. */
  readonly multiplyAddGFLOPs: number;
  /** Multiply-adds that load one operand each, from a cache. */
  readonly loadsGFLOPs: number;
  /** Milliseconds of one launch that does nothing among others of a pass, recorded and executed. */
  readonly launch: number;
  /** The same of one in a pass of its own. */
  readonly pass: number;
  /** The same of one in a submission of its own. */
  readonly submission: number;
}

/** The work of one launch, or of several together. */
export interface Work {
  /**
   * The size of all tensors that it reads and of all that it writes: the least it must move, if caches
   * serve repeated reads of a launch and none serves another launch's.
   */
  readonly bytes: number;
  /** Floating-point operations of its formula. */
  readonly operations: number;
}

/** What was timed, a kernel, a layer or a step, and its work. */
export interface Timed extends Work {
  /** Median time. */
  readonly milliseconds: number;
  readonly launches: number;
  /** Invocations of the largest launch. */
  readonly invocations: number;
}

/** A run of the bench; `timed` has everything that was timed, by name. */
export interface BenchRow extends Provenance {
  readonly bench: "revgnn";
  readonly nodes: number;
  readonly degree: number;
  readonly channels: number;
  readonly layers: number;
  readonly ceilings: Ceilings;
  readonly kernels: Readonly<Record<string, Timed>>;
  /** A reversible layer of each convolution, there and back. */
  readonly layerTimes: Readonly<Record<string, Timed>>;
  /** A training step of all layers, its update included. */
  readonly step?: Timed;
}

/** How fast something was, beside the ceilings of the same run. */
export interface Rates {
  readonly gigabytes: number;
  readonly gigaflops: number;
  /** Of the bytes that are copied in as much time, from caches if that is faster. */
  readonly ofCopy: number;
  /** Of the multiply-adds from registers in as much time. */
  readonly ofMultiplyAdd: number;
  /** The larger of the two: how near it came to what binds it. */
  readonly ofCeiling: number;
}

/** Rates per second, and as shares of the ceilings. */
export function ratesOf({ milliseconds, bytes, operations }: Timed, ceilings: Ceilings): Rates {
  const gigabytes = bytes / milliseconds / 1e6;
  const gigaflops = operations / milliseconds / 1e6;
  const ofCopy = gigabytes / Math.max(ceilings.copyGBs, ceilings.cacheGBs);
  const ofMultiplyAdd = gigaflops / ceilings.multiplyAddGFLOPs;
  const ofCeiling = Math.max(ofCopy, ofMultiplyAdd);
  return { gigabytes, gigaflops, ofCopy, ofMultiplyAdd, ofCeiling };
}

/** Where a folder keeps the bench's rows. */
export function benchRowsPath(folder: string): string {
  return `${folder}/bench.jsonl`;
}

/** A folder's rows in the order of writing; none where there is no file. Rows of older forms are left out. */
export async function readBenchRows(folder: string): Promise<BenchRow[]> {
  const path = benchRowsPath(folder);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw doesNotOpen(path, error);
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.flatMap((line, i) => {
    try {
      const row = parseJson(line, "the line");
      return isRecord(row) && row.bench === "revgnn" ? [row as unknown as BenchRow] : [];
    } catch (error) {
      throw new SyntaxError(`Cannot read ${path}:${i + 1}: ${(error as Error).message}`);
    }
  });
}

/** Adds a row to a folder's. */
export async function appendBenchRow(folder: string, row: BenchRow): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(benchRowsPath(folder), `${JSON.stringify(row)}\n`, { append: true });
}
