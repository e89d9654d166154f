/** The call of `deno task train` that repeats a row. */
import { type ModelGiven, modelOptions } from "../../models/options.ts";
import { PRESETS } from "../../models/presets.ts";
import { callOf, shellWord } from "../../settings/call.ts";
import { RUN, type RunGiven, type RunSettings, runSettings } from "../../training/settings.ts";

/**
 * Undefined where no call does: a student's teacher is another run, and ways of inference and a run's
 * budget are `reproduce`'s.
 */
export function commandOf(run: RunSettings): string | undefined {
  const { experiment, name, scale, dataset, model, teacher, parts, evaluateParts } = run;
  if (teacher !== null) return undefined;
  const { title: _, ...preset } = PRESETS[model.kind];
  const bare: RunGiven = { experiment, name, scale, dataset, model: preset as ModelGiven };
  const usual = { ...runSettings(bare), model: modelOptions(preset as ModelGiven) };
  const flags = callOf(RUN, { ...run, memoryBudget: null, inference: [] }, usual);
  return flags && [
    ...["deno task train", "--dataset", shellWord(dataset), "--model", model.kind],
    ...flags.map(shellWord),
    // Unless told, a call that trains by parts takes as few for its evaluations as fit the memory.
    ...parts > 1 && evaluateParts === 1 ? ["--evaluate-parts", "1"] : [],
  ].join(" ");
}
