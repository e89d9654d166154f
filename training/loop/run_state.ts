/**
 * A run's state, from which a killed run continues, and its bytes: safetensors of weights, moments and the
 * best epoch's weights, with all else as JSON in the header. Random numbers need no state, as they are
 * counted by steps and epochs.
 */
import { differenceOf, type RunIdentity } from "./run_identity.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../files/safetensors.ts";
import type { RunProgress } from "./run_progress.ts";
import { storedIdentity, storedProgress, storedValues } from "./stored_state.ts";

/** Flat values with running statistics, the optimiser's moments, and the best epoch's values. */
export interface RunValues {
  readonly weights: Float32Array;
  readonly moments: readonly Float32Array[];
  readonly best: Float32Array | null;
}

export interface RunState {
  readonly progress: RunProgress;
  readonly values: RunValues;
}

/** The bytes of a state, which say what run it is of. */
export function encodeState({ progress, values }: RunState, identity: RunIdentity): Uint8Array {
  const tensors = new Map<string, StoredTensor>();
  const add = (name: string, data: Float32Array) =>
    tensors.set(name, { shape: [data.length], data });
  add("weights", values.weights);
  values.moments.forEach((moment, i) => add(`moments.${i}`, moment));
  if (values.best) add("best", values.best);
  // An infinite residual is null in JSON.
  const metadata = { run: JSON.stringify(identity), progress: JSON.stringify(progress) };
  return encodeSafetensors(tensors, metadata, { checksums: true });
}

/** Thrown for the state of another run, which is none of this one's damaged ones. */
export class OtherRunError extends RangeError {
  override name = "OtherRunError";
}

/** What run a state is of. Throws a sentence where the bytes are none. */
export function identityIn(bytes: Uint8Array<ArrayBuffer>): RunIdentity {
  return storedIdentity(readState(bytes).run);
}

function readState(bytes: Uint8Array<ArrayBuffer>) {
  const { tensors, metadata, checked } = decodeSafetensors(bytes, "it");
  const { run, progress } = metadata;
  if (run === undefined || progress === undefined || !checked) {
    throw new SyntaxError("it is not the state of a run, or an older version's");
  }
  return { tensors, run, progress };
}

/** The state of that run. Throws a clause where the bytes are damaged or no state, or another run's. */
export function decodeState(bytes: Uint8Array<ArrayBuffer>, identity: RunIdentity): RunState {
  const { tensors, run, progress } = readState(bytes);
  const difference = differenceOf(storedIdentity(run), identity);
  if (difference !== undefined) throw new OtherRunError(`it is of another run, ${difference}`);
  return { progress: storedProgress(progress), values: storedValues(tensors) };
}
