/** Page of the complexity table: memory and parameters by depth, nodes and width, with their exponents. */
import type { PaperMethod } from "../../experiments/complexity.ts";
import type { Row } from "../../training/row.ts";
import type { Drawing } from "../figures/drawing.ts";
import type { Finding } from "../findings/finding.ts";
import { list } from "../findings/format.ts";
import {
  agrees,
  EXPONENT_TOLERANCE,
  growthsOf,
  measuredMethods,
  powerText,
  type Quantity,
} from "./complexity/growth.ts";
import { growthCharts } from "./complexity/charts.ts";
import { growthTable, sizesTable } from "./complexity/tables.ts";

/** The two that the paper sets against each other have a line of their own. */
const LEADING = ["RevGNN", "ResGNN"];

export const complexity: Drawing = {
  findings: ({ rows }) => {
    const methods = measuredMethods(rows);
    const leading = LEADING.flatMap((name) => methods.filter((method) => method.name === name));
    return [
      ...leading.flatMap((method) => methodFinding(rows, method)),
      ...tableFinding(rows, methods, "activations"),
      ...tableFinding(rows, methods, "parameters"),
    ];
  },
  figures: ({ rows }) => growthCharts(rows),
  paper: () => [],
  table: ({ rows }) => [growthTable(rows), sizesTable(rows)],
};

function methodFinding(rows: readonly Row[], method: PaperMethod): Finding[] {
  const fitted = growthsOf(rows, method, "activations").filter(({ law }) => law);
  if (fitted.length === 0) return [];
  return [{
    claim: `${method.name}’s activations take ${method.activations}`,
    ours: fitted.map(powerText).join(" "),
    paper: method.activations,
    ...judged(fitted.every(agrees), "activations"),
  }];
}

/** Of more exponents that are off the table below has all. */
const MOST_NAMED = 3;

/** All exponents that were fitted, the ones that are off by name. */
function tableFinding(
  rows: readonly Row[],
  methods: readonly PaperMethod[],
  quantity: Quantity,
): Finding[] {
  const fitted = methods.flatMap((method) => growthsOf(rows, method, quantity))
    .filter((growth) => agrees(growth) !== null);
  if (fitted.length === 0) return [];
  const wrong = fitted.filter((growth) => !agrees(growth));
  const named = wrong.slice(0, MOST_NAMED).map((growth) =>
    `${growth.method.name} ${powerText(growth)}`
  );
  const names = [...named, ...wrong.length > MOST_NAMED ? ["others"] : []];
  return [{
    claim: `All ${quantity} grow as in the table`,
    ours: `${fitted.length - wrong.length} of ${fitted.length} exponents` +
      (wrong.length > 0 ? `, not ${list(names)}` : ""),
    paper: "the table’s O(·)",
    ...judged(wrong.length === 0, quantity),
  }];
}

function judged(same: boolean, quantity: Quantity): Pick<Finding, "verdict" | "seeds" | "test"> {
  const what = quantity === "activations" ? "bytes" : "counted";
  return {
    verdict: same ? "agrees" : "differs",
    seeds: null,
    test: `${what}, exponents to ${EXPONENT_TOLERANCE}, no seed needed`,
  };
}
