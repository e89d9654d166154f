/** What `train --save` and `--predictions` keep of the best epoch so far. */
import type { PartedGraph } from "../../graphs/parts/stored_graph.ts";
import { writeCheckpoint } from "../../training/files/checkpoint_file.ts";
import { dataDigest } from "../../training/files/digest.ts";
import { writePredictions } from "../../training/files/predictions.ts";
import { remember } from "../../training/files/remembered.ts";
import type { Watch } from "../../training/runs/run.ts";
import type { CallFiles } from "./seeds.ts";

/** What writes the best epoch's weights and logits where they are wanted; undefined where nowhere. */
export function keepBest(
  { save, predictions }: Pick<CallFiles, "save" | "predictions">,
  graph: PartedGraph,
): Watch["onBest"] {
  if (save === undefined && predictions === undefined) return undefined;
  return async ({ epoch, scores, logits, parameters }, settings) => {
    if (predictions !== undefined) await writePredictions(predictions, logits);
    if (save === undefined) return;
    await writeCheckpoint(save, parameters, {
      settings: JSON.stringify(settings),
      epoch: String(epoch),
      scores: JSON.stringify(scores),
      data: dataDigest(graph),
      ...remember(graph),
    });
  };
}
