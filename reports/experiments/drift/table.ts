/** Every model's drift by depth as a table row. */
import type { Row } from "../../../training/row.ts";
import { driftsOf, driftText, weightsText } from "./drifts.ts";
import { score } from "../../findings/format.ts";
import { NONE, type Table } from "../../figures/table.ts";
import { spreadText } from "../../findings/spread.ts";

const HEADS = [
  "model",
  "layers",
  "norms",
  "state",
  "weights",
  "seeds",
  "first state",
  "gradients",
  "test",
];

export function driftTable(rows: readonly Row[], dataset: string): Table {
  return {
    caption: `On ${dataset}: largest error of what is rebuilt, relative to the largest value of ` +
      "what was stored, all gradients as one vector; the worst of the seeds. Test scores in per " +
      "cent, where the model was trained.",
    columns: [{ source: `measured here, on ${dataset}`, heads: HEADS }],
    rows: driftsOf(rows).map((one) => [
      [one.name.split(",")[0]!],
      [String(one.layers)],
      [one.norms],
      [one.model.state === "fixed" ? "fixed point" : "float32"],
      [weightsText(one)],
      [String(one.seeds)],
      [driftText(one.worst.firstState)],
      [driftText(one.worst.gradients)],
      one.test ? [spreadText(one.test, score)] : NONE,
    ]),
    notes: ["Fresh weights have taken one step."],
  };
}
