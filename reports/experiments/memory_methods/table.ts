/** Every way by depth as a table row: bytes, seconds, and errors beside scores. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Variable } from "../../../experiments/variable.ts";
import type { Row } from "../../../training/row.ts";
import { bytes, score, seconds } from "../../findings/format.ts";
import { machineOf } from "../../findings/machine.ts";
import { spread, spreadText } from "../../findings/spread.ts";
import { metricOfRows, timedOn } from "../../findings/summary.ts";
import { type Cell, NONE, type Table } from "../../figures/table.ts";
import { errorOf, errorText } from "./errors.ts";

const HEADS = [
  "way",
  "network",
  "layers",
  "activations",
  "memory",
  "s/step",
  "error",
  "seeds",
  "test",
];

export function methodsTable(rows: readonly Row[], dataset: string, x: Variable): Table {
  const { machine } = timedOn(rows);
  const groups = d3.groups(rows, (row) => `${row.epochs > 0} ${x.of(row)} ${row.name}`);
  return {
    caption:
      `On ${dataset}: activations and memory are peaks of device memory; the error is that of ` +
      `a step's gradients, of the largest value; scores are ${metricOfRows(rows)} in per cent.`,
    columns: [{ source: `measured here, on ${dataset}`, heads: HEADS }],
    rows: d3.sort(groups, ([, [row]]) => Number(row!.epochs > 0), ([, [row]]) => x.of(row!))
      .map(([, same]) => cellsOf(same, x, machine)),
    notes: ["Runs of one step begin with fresh weights."],
  };
}

function cellsOf(same: readonly Row[], x: Variable, machine: string | null): Cell[] {
  const [first] = same as [Row];
  const error = errorOf(first);
  const scores = spread(same.map((row) => row.scores?.test ?? null));
  const { secondsPerStep } = first;
  return [
    [first.name],
    [`RevGNN-${first.model.channels}`],
    [String(x.of(first))],
    [bytes(d3.max(same, ({ activationBytes }) => activationBytes)!)],
    [bytes(d3.max(same, ({ peakBytes }) => peakBytes)!)],
    secondsPerStep === undefined || machineOf(first) !== machine ? NONE : [seconds(secondsPerStep)],
    error === undefined ? NONE : [errorText(error)],
    [String(same.length)],
    scores ? [spreadText(scores, score)] : NONE,
  ];
}
