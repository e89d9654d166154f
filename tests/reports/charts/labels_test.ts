/** Labels at the ends of lines: whose is whose is told by their order. */
import { placeLabels, type Wanted } from "../../../reports/charts/labels.ts";
import { LINE_HEIGHT } from "../../../reports/charts/text.ts";
import { assert, assertEquals } from "../../assert.ts";
import { mulberry32 } from "../../reference/matrix.ts";

const BOUNDS = { left: 0, right: 600, top: 0, bottom: 320 };

function ends(heights: readonly number[]): Wanted[] {
  return heights.map((y, i) => ({ x: 300, y, lines: [`model ${i}`, "220 MiB"] }));
}

/** The labels' numbers from the top down, by where they are, and by where their lines end. */
function orders(labels: readonly Wanted[]): [number[], number[]] {
  const places = placeLabels(labels, [], BOUNDS);
  const indices = labels.map((_, i) => i);
  return [
    indices.toSorted((a, b) => places[a]!.y - places[b]!.y),
    indices.toSorted((a, b) => labels[a]!.y - labels[b]!.y),
  ];
}

Deno.test("placeLabels() keeps the order of five lines' ends, as memory_methods has them", () => {
  const [placed, wanted] = orders(ends([260, 126, 40, 68, 102]));
  assertEquals(placed, wanted);
});

Deno.test("placeLabels() keeps the order of lines' ends wherever these are, and overlaps none", () => {
  const next = mulberry32(1);
  for (let trial = 0; trial < 200; trial++) {
    const labels = ends(Array.from({ length: 5 }, () => 40 + 240 * next()));
    const [placed, wanted] = orders(labels);
    assertEquals(placed, wanted, JSON.stringify(labels));
    const heights = placeLabels(labels, [], BOUNDS).map(({ y }) => y).sort((a, b) => a - b);
    const gaps = heights.slice(1).map((y, i) => y - heights[i]!);
    assert(gaps.every((gap) => gap >= 2 * LINE_HEIGHT), JSON.stringify(labels));
  }
});
