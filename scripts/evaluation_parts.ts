/** The random parts of an evaluation whose call names no number. */
import { type AdapterInfo, knownMemory } from "../gpu/adapter.ts";
import { openGpu } from "../gpu/gpu.ts";
import { fittingParts } from "../training/fitting_parts.ts";

/** A call that may name a number by `flag`. */
interface EvaluationCall {
  /** No more parts than this. */
  readonly most: number;
  readonly flag: string;
  readonly memoryBudget: number | undefined;
  /** Bytes that an evaluation by so many parts takes. */
  readonly forecast: (parts: number, adapter: AdapterInfo) => Promise<number>;
}

/**
 * As few parts as fit the budget, or the memory that is known; says so where the whole does not fit.
 * Undefined where nothing does.
 */
export async function evaluationParts(call: EvaluationCall): Promise<number | undefined> {
  using gpu = await openGpu();
  const { adapter } = gpu;
  const budget = call.memoryBudget ?? knownMemory(adapter) ?? Infinity;
  const parts = await fittingParts(call.most, budget, (parts) => call.forecast(parts, adapter));
  if (parts !== undefined && parts > 1) {
    console.error(
      `note: evaluates by ${parts} random parts, as the whole graph does not fit; ` +
        `--${call.flag} takes another number`,
    );
  }
  return parts;
}
