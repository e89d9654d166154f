/** Chooses the number of random parts of an evaluation where the call names none. */
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { formatBytes } from "../../gpu/format_bytes.ts";
import type { KnownMemory } from "../../gpu/known_memory.ts";
import { fittingParts } from "./fitting_parts.ts";

/** A call that may name a number by `flag`. */
export interface EvaluationCall {
  /** What is called, as in "Cannot train". */
  readonly task: "train" | "evaluate";
  /** No more parts than this. */
  readonly most: number;
  /** What training goes by. */
  readonly trainedBy: number;
  readonly flag: string;
  readonly memoryBudget: number | undefined;
  /** Bytes that a call takes whose evaluations go by so many parts. */
  readonly forecast: (parts: number, adapter: AdapterInfo) => Promise<number>;
}

/**
 * As few parts as fit the budget, or the memory that is known, undefined where nothing does; and what to
 * say of them where the whole does not fit. The same on the same machine, whatever else runs on it. Throws
 * a sentence where they are more than is free now.
 */
export async function chooseParts(
  call: EvaluationCall,
  adapter: AdapterInfo,
  known: KnownMemory | undefined,
): Promise<{ parts: number | undefined; note?: string }> {
  const { most, flag, task, memoryBudget, trainedBy } = call;
  const because = (parts: number, why: string) =>
    `note: evaluates by ${parts} random parts, as ${why}; --${flag} takes another number`;
  if (memoryBudget === undefined && known === undefined && !adapter.software) {
    const parts = Math.min(most, trainedBy);
    if (parts === 1) return { parts };
    const trains = task === "train" ? "trains" : "was trained";
    const why = `many as it ${trains} by: WebGPU does not tell a card's memory`;
    return { parts, note: `${because(parts, why)}, --memory-budget counts with yours` };
  }
  const forecast = (parts: number) => call.forecast(parts, adapter);
  const parts = await fittingParts(most, memoryBudget ?? known?.bytes ?? Infinity, forecast);
  if (parts === undefined) return { parts };
  if (memoryBudget === undefined && known) await checkFree(call, parts, known, forecast);
  return { parts, ...parts > 1 && { note: because(parts, "the whole graph does not fit") } };
}

async function checkFree(
  { task, most, flag }: EvaluationCall,
  parts: number,
  { bytes, free }: KnownMemory,
  forecast: (parts: number) => Promise<number>,
): Promise<void> {
  const needs = await forecast(parts);
  if (needs <= free) return;
  const now = await fittingParts(most, free, forecast);
  const by = parts === 1 ? "the whole graph" : `${parts} random parts`;
  throw new Error(
    `Cannot ${task}: evaluating by ${by} takes ${formatBytes(needs)}, which this machine has ` +
      `(${formatBytes(bytes)} are counted with), but ${formatBytes(free)} are free now; end what ` +
      `else runs${now === undefined ? "" : `, or set --${flag} ${now}`}`,
  );
}
