/** Checks what the file of a run's state says: its checksums tell damage, not what another program wrote. */
import * as v from "valibot";
import { parseJson } from "../../graphs/files/json.ts";
import { oneOf, real, whole } from "../../settings/option.ts";
import { complete, SettingsError } from "../../settings/resolve.ts";
import { isRecord } from "../../settings/record.ts";
import type { StoredTensor } from "../files/safetensors.ts";
import { SCORES } from "../row.ts";
import type { RunIdentity } from "./run_identity.ts";
import type { RunProgress } from "./run_progress.ts";
import type { RunValues } from "./run_state.ts";

const PROGRESS = v.strictObject({
  epoch: whole(),
  history: v.array(v.strictObject({
    epoch: whole({ from: 1 }),
    loss: real(),
    scores: v.nullable(SCORES),
    learningRate: real(),
    gradientNorm: real(),
    seconds: real(),
  })),
  waited: real(),
  exchanged: real(),
  peakBytes: whole(),
  activationBytes: whole(),
  best: v.nullable(v.strictObject({ epoch: whole(), scores: SCORES, judged: real() })),
  solves: v.array(v.strictObject({
    of: oneOf(["training", "adjoint", "evaluation"]),
    status: oneOf(["converged", "max_steps", "diverged"]),
    steps: whole(),
    /** Null for an infinite one. */
    residual: v.nullable(real()),
  })),
});

/** The progress of a state's metadata; throws a clause. */
export function storedProgress(text: string): RunProgress {
  const held = parseJson(text, "its progress");
  try {
    const { history, solves, ...others } = complete(PROGRESS, held);
    return {
      ...others,
      history: [...history],
      solves: solves.map((solve) => ({ ...solve, residual: solve.residual ?? Infinity })),
    };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SyntaxError(`its progress does not parse, ${error.clause}`);
  }
}

/** The identity of a state's metadata; throws a clause. */
export function storedIdentity(text: string): RunIdentity {
  const held = parseJson(text, "its identity");
  if (isRecord(held) && Object.values(held).every((value) => typeof value === "string")) {
    return held as RunIdentity;
  }
  throw new SyntaxError("its identity does not map options to texts");
}

/** The values of a state's tensors; throws a clause. */
export function storedValues(tensors: ReadonlyMap<string, StoredTensor>): RunValues {
  const of = (name: string): Float32Array => {
    const data = tensors.get(name)?.data;
    if (data instanceof Float32Array) return data;
    throw new SyntaxError(`it has no ${name} of float32`);
  };
  const moments = [...tensors.keys()].filter((name) => name.startsWith("moments.")).sort();
  return {
    weights: of("weights"),
    moments: moments.map(of),
    best: tensors.has("best") ? of("best") : null,
  };
}
