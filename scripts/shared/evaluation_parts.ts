/** The random parts of an evaluation whose call names no number. */
import { openGpu } from "../../gpu/gpu.ts";
import { knownMemory } from "../../gpu/known_memory.ts";
import { chooseParts, type EvaluationCall } from "../../training/runs/evaluation_parts.ts";

/** The parts of `chooseParts` on this machine; says why where they are not the whole. */
export async function evaluationParts(call: EvaluationCall): Promise<number | undefined> {
  using gpu = await openGpu();
  const { adapter } = gpu;
  const { parts, note } = await chooseParts(call, adapter, await knownMemory(adapter));
  if (note !== undefined) console.error(note);
  return parts;
}
