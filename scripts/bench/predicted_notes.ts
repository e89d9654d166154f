/** What kernels/NOTES.md says of cards that are not at hand: counted, and predicted from the counts. */
import type { Graph } from "../../graphs/graph.ts";
import { planted } from "../../graphs/planted/planted.ts";
import { PROTEINS_BATCH } from "../../graphs/planted/stand_in.ts";
import { CARD, type Card, H100, LAPTOP, predicted, predictedSeconds } from "./cards.ts";
import { type CountedLaunch, workOf } from "./counting.ts";
import { caseLaunches, stepLaunches } from "./kernel_times.ts";
import { BENCH_GROUPS } from "./layer_cases.ts";

const CARDS = [H100, LAPTOP];

/** RevGNN-Deep, and the random parts that its epoch takes. */
const DEEP = { layers: 1001, channels: 80, groups: BENCH_GROUPS, dropout: 0.1 };
const PARTS = 10;

/** The text between the marks of NOTES.md, and the seconds of an epoch on each card, by its name. */
export async function predictedNotes() {
  const graph = planted(PROTEINS_BATCH);
  const [two, three] = await Promise.all([2, 3].map((layers) => step(graph, layers)));
  const times = CARDS.map((card) => ({ card, ...secondsOf(two!, three!, card) }));
  const rows = times.map(({ card, layer, whole }) => [
    card.name,
    ...[1e6 * layer, whole, PARTS * whole].map(digits),
  ]);
  const heads = [
    "card",
    "a layer there and back, µs",
    "a step, s",
    `an epoch of ${PARTS} parts, s`,
  ];
  return {
    text: `${markdownTable(heads, rows)}\n\n${await kernelTable(graph)}`,
    epochs: Object.fromEntries(times.map(({ card, whole }) => [card.name, PARTS * whole])),
  };
}

/** Every kernel as `bench` calls it: its launches together, and the invocations of the largest. */
async function kernelTable(graph: Graph): Promise<string> {
  const cases = await caseLaunches("kernels", graph, DEEP.channels, CARD);
  const rows = Object.entries(cases).map(([name, launches]) => {
    const { bytes, operations, invocations } = workOf(launches);
    const times = CARDS.map((card) => {
      const { bound } = predicted(largest(launches), card);
      return `${digits(1e6 * predictedSeconds(launches, card))} (${bound})`;
    });
    return [`\`${name}\``, count(invocations), ...[bytes, operations].map(millions), ...times];
  });
  const heads = ["kernel", "invocations", "MB", "MFLOP", ...CARDS.map(({ name }) => `${name}, µs`)];
  return markdownTable(heads, rows);
}

/** All layers launch what one does. */
function secondsOf(two: readonly CountedLaunch[], three: readonly CountedLaunch[], card: Card) {
  const [ofTwo, ofThree] = [predictedSeconds(two, card), predictedSeconds(three, card)];
  const layer = ofThree - ofTwo;
  return { layer, whole: ofTwo + (DEEP.layers - 2) * layer };
}

function step(graph: Graph, layers: number): Promise<readonly CountedLaunch[]> {
  return stepLaunches(graph, { ...DEEP, layers }, CARD);
}

function largest(launches: readonly CountedLaunch[]): CountedLaunch {
  return launches.reduce((a, b) => b.bytes > a.bytes ? b : a);
}

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

function count(n: number): string {
  return n.toLocaleString("en-GB");
}

function millions(n: number): string {
  return digits(n / 1e6);
}

/** Three digits. */
function digits(n: number): string {
  return n.toLocaleString("en-GB", { maximumSignificantDigits: 3 });
}
