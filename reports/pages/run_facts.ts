/** What was run, when, on what, and what has not been run yet. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Variable } from "../../experiments/variable.ts";
import type { EquilibriumOptions } from "../../layers/equilibrium_options.ts";
import { differences } from "../../settings/differences.ts";
import type { Row } from "../../training/row.ts";
import { RUN, type RunSettings } from "../../training/settings.ts";
import { amount, duration, list, plural, residual } from "../findings/format.ts";
import { machineOf } from "../findings/machine.ts";
import type { Conflict } from "../rows/merge.ts";
import type { Selection } from "../rows/selection.ts";

/** The facts as terms and their values. */
export function runFacts(selection: Selection, scale: string): [string, string][] {
  const { rows, missing } = selection;
  const runs = [...rows, ...missing];
  const facts: [string, string][] = [
    ["runs", `${rows.length} of ${runs.length}`],
    ["scale", scale],
    ["data set", distinct(runs, (run) => run.dataset)],
    ["seeds", `${distinct(runs, (run) => String(run.seed))}; all on one split of the data`],
    ["epochs", epochsText(runs)],
    ["batches", distinct(runs, batchesText)],
    ["learning rate", distinct(runs, scheduleText)],
    ...solverFacts(runs),
    ...optionFacts(runs),
  ];
  if (rows.length === 0) return facts;
  return [
    ...facts,
    ["adapter", distinct(rows, machineOf)],
    ["software", distinct(rows, (row) => `this project ${row.version}, Deno ${row.deno}`)],
    ["commit", distinct(rows, (row) => row.commit)],
    ["dates", datesText(rows)],
    ["time", `about ${duration(totalSeconds(rows))} (mean epoch × epochs, over all runs)`],
  ];
}

/** Those of a page whose table of runs has what differs between them alone. */
export function ownFacts(rows: readonly Row[]): [string, string][] {
  const size = (["layers", "channels"] as const).flatMap((name): [string, string][] => {
    const values = new Set(rows.map(({ model }) => model[name]));
    return values.size === 1 ? [[name, String([...values][0])]] : [];
  });
  const facts = runFacts({ rows, missing: [], others: 0 }, rows[0]!.scale);
  return [...size, ...facts.filter(([term]) => !["runs", "scale"].includes(term))];
}

/** Which runs have no row yet; null where all have. */
export function missingText({ rows, missing }: Selection, x: Variable): string | null {
  if (missing.length === 0) return null;
  const several = new Set([...rows, ...missing].map(({ dataset }) => dataset)).size > 1;
  const nameOf = ({ name, dataset }: RunSettings) => several ? `${name} on ${dataset}` : name;
  const places = d3.flatGroup(missing, nameOf, (run) => run.seed).map(([name, seed, runs]) => ({
    seed,
    place: `${name} at ${list(runs.map((run) => String(x.of(run))))} ` +
      `${x.unit(runs[0]!.model.kind)}s`,
  }));
  // Seeds that lack the same runs are named together.
  const names = d3.groups(places, ({ place }) => place).map(([place, seeds]) =>
    `${place} (${seedNumbers(seeds.map(({ seed }) => seed))})`
  );
  return `${missing.length} of ${plural(rows.length + missing.length, "run")} not run yet: ` +
    `${names.join("; ")}.`;
}

/** `seed 0`, `seeds 0 to 9`, `seeds 0 and 3`. */
function seedNumbers(seeds: readonly number[]): string {
  const [first, last] = d3.extent(seeds) as [number, number];
  if (seeds.length === 1) return `seed ${first}`;
  const whole = seeds.length > 2 && last - first === seeds.length - 1;
  return `seeds ${whole ? `${first} to ${last}` : list(seeds.map(String))}`;
}

/** How many rows were left out; null where none were. */
export function othersText({ others }: Selection): string | null {
  if (others === 0) return null;
  return `${plural(others, "row")} of other settings than this experiment's left out.`;
}

/** Which of two measurements of one run is shown. */
export function conflictText({ shown, left }: Conflict, x: Variable): string {
  const at = amount(x.of(shown), x.unit(shown.model.kind));
  const name = (row: Row) => `${machineOf(row)} (${dateText(row)}, commit ${row.commit})`;
  return `${shown.name} at ${at}, seed ${shown.seed}, was measured more than once: shown is that of ` +
    `${name(shown)}, left out that of ${list(left.map(name))}.`;
}

/** Options that the table of runs or another fact already states. */
const SAID = new Set([
  ...["experiment", "name", "scale", "dataset", "seed", "epochs", "parts", "evaluateParts"],
  ...["learningRate", "schedule", "model.layers", "model.channels"],
  ...["solver", "tolerance", "gradient"].map((name) => `model.equilibrium.${name}`),
]);

/** States how equilibria are solved for and differentiated, where there are any. */
function solverFacts(runs: readonly RunSettings[]): [string, string][] {
  const solved = runs.flatMap(({ model }) => model.equilibrium ?? []);
  if (solved.length === 0) return [];
  const text = ({ solver, tolerance, gradient }: EquilibriumOptions) =>
    `${solver.kind}, tolerance ${residual(tolerance)}, ${gradient.kind} gradient`;
  return [["solver", distinct(solved, text)]];
}

/** Every other option that is not at its default in all of the runs. */
function optionFacts(runs: readonly RunSettings[]): [string, string][] {
  const all = runs.flatMap((run) => differences(RUN, run))
    .filter(({ path }) => !SAID.has(path.join(".")));
  return d3.flatGroup(all, ({ path }) => labelOf(path))
    .map(([label, some]) => [label, distinct(some, ({ value }) => valueText(value))]);
}

/** `gradient steps` of `model.equilibrium.gradient.steps`; of the model's kind `model`. */
function labelOf(path: readonly string[]): string {
  const own = path.slice(-2).filter((name) => !["model", "equilibrium"].includes(name));
  return (own.length > 0 ? own : path).join(" ")
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** An option’s value as a table has it. */
export function valueText(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function distinct<T>(items: readonly T[], text: (item: T) => string): string {
  return [...new Set(items.map(text))].join(", ");
}

function epochsText(runs: readonly RunSettings[]): string {
  const epochs = d3.sort(new Set(runs.map((run) => run.epochs)));
  return epochs.map((n) => n === 0 ? "one step, for memory only" : String(n)).join("; ");
}

function batchesText({ parts, evaluateParts }: RunSettings): string {
  const text = (n: number) => n === 1 ? "the whole graph" : `${n} random parts`;
  const [trained, scored] = [text(parts), text(evaluateParts)];
  return trained === scored ? trained : `trained by ${trained}, scored by ${scored}`;
}

function scheduleText({ learningRate, schedule }: RunSettings): string {
  const warmUp = schedule.kind === "warm-up" ? ` over ${plural(schedule.epochs, "epoch")}` : "";
  return `${learningRate} (${schedule.kind}${warmUp})`;
}

function datesText(rows: readonly Row[]): string {
  const dates = d3.sort(rows.map(dateText));
  return [...new Set([dates[0]!, dates.at(-1)!])].join(" to ");
}

function dateText({ date }: Row): string {
  return `${date.slice(0, 16).replace("T", " ")} UTC`;
}

function totalSeconds(rows: readonly Row[]): number {
  return d3.sum(rows, (row) => (row.secondsPerEpoch ?? 0) * row.losses.length);
}
