/** Reads and writes checkpoints: a model's tensors as safetensors, with what they were trained for. */
import { parseJson } from "../../graphs/files/json.ts";
import { readFile } from "../../graphs/files/read_file.ts";
import { writeWhole } from "../../graphs/files/whole_file.ts";
import type { ParameterLayout } from "../../layers/parameter_layout.ts";
import type { Parameters } from "../../layers/parameters.ts";
import { isRecord } from "../../settings/record.ts";
import { readWeights, stateDict, valuesOf } from "./state_dict.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/**
 * Writes a model's current values, and the constants that the public code expects beside them; `metadata`
 * is free text.
 */
export async function writeCheckpoint(
  path: string,
  parameters: Parameters,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const tensors = stateDict(parameters.layout, await readWeights(parameters));
  for (const { name, value, published } of parameters.layout.constants) {
    if (published) tensors.set(name, { shape: [1], data: Float32Array.of(value) });
  }
  await writeWhole(path, encodeSafetensors(tensors, metadata, { checksums: true }));
}

/**
 * Returns the metadata that `writeCheckpoint` was given. Throws a sentence where its `settings`, if any,
 * are not those of a run.
 */
export async function readMetadata(path: string): Promise<Readonly<Record<string, string>>> {
  const { metadata } = decodeSafetensors(await readFile(path), path);
  if (metadata.settings === undefined || namesRun(metadata.settings)) return metadata;
  throw new SyntaxError(
    `Cannot read ${path}: its metadata "settings" do not name a model and a data set as JSON, ` +
      "expected a file that train --save wrote",
  );
}

function namesRun(settings: string): boolean {
  try {
    const run = parseJson(settings, "it");
    return isRecord(run) && isRecord(run.model) && typeof run.model.kind === "string" &&
      typeof run.dataset === "string";
  } catch {
    return false;
  }
}

/** Reads a checkpoint into a model's flat values; throws a sentence where they do not fit the model. */
export async function readCheckpoint(path: string, layout: ParameterLayout): Promise<Float32Array> {
  const { tensors } = decodeSafetensors(await readFile(path), path);
  return valuesOf(layout, tensors, path);
}
