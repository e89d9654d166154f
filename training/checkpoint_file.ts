/** Checkpoints on disk: the tensors of a model in safetensors, and what they were trained for. */
import type { ParameterLayout } from "../layers/parameter_layout.ts";
import type { Parameters } from "../layers/parameters.ts";
import { readWeights, stateDict, valuesOf } from "./checkpoints.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/** What a checkpoint's file ends in. */
export const CHECKPOINT_FILE = ".safetensors";

/** Writes a model's weights as they stand on the device; `metadata` is free text. */
export async function writeCheckpoint(
  path: string,
  parameters: Parameters,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const tensors = stateDict(parameters.layout, await readWeights(parameters));
  await writeWhole(path, encodeSafetensors(tensors, metadata));
}

/** The flat values of a checkpoint for a model; throws a sentence where they do not fit it. */
export async function readCheckpoint(path: string, layout: ParameterLayout): Promise<Float32Array> {
  const { tensors } = decodeSafetensors(await readFile(path), path);
  return valuesOf(layout, tensors, path);
}

/** Written beside its place and renamed: whoever reads the file finds it whole, the old or the new. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  try {
    await Deno.writeFile(part, bytes);
    await Deno.rename(part, path);
  } catch (error) {
    throw new Error(`Cannot write ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Fails before hours of training rather than after: throws unless a file can be made there. */
export async function checkWritable(path: string): Promise<void> {
  const part = `${path}.part`;
  try {
    await Deno.writeFile(part, new Uint8Array(0));
    await Deno.remove(part);
  } catch (error) {
    throw new Error(`Cannot write ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw new Error(`Cannot read checkpoint ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file or folder";
  return error instanceof Error ? error.message : String(error);
}
