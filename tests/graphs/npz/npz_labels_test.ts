/** Labels and splits of npz files as people write them, in both forms of file. */
import type { NpzOptions } from "../../../graphs/npz/npz_graph.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { type Arrays, BENCHMARK, HETEROPHILOUS, readGraph, without } from "../npz_fixtures.ts";
import { array, type WrittenArray } from "../npz_writer.ts";

/** Six nodes in both forms, whose split is the same. */
const MASKS = {
  train_masks: array("|b1", [1, 6], [1, 1, 1, 0, 0, 0]),
  val_masks: array("|b1", [1, 6], [0, 0, 0, 1, 0, 0]),
  test_masks: array("|b1", [1, 6], [0, 0, 0, 0, 1, 0]),
};
const FORMS: Record<string, { arrays: Arrays; labels: string }> = {
  "gnn-benchmark": {
    arrays: {
      ...BENCHMARK,
      adj_shape: array("<i8", [2], [6, 6]),
      adj_indptr: array("<i4", [7], [0, 2, 2, 3, 4, 4, 4]),
      attr_shape: array("<i8", [2], [6, 3]),
      attr_indptr: array("<i4", [7], [0, 2, 2, 3, 4, 4, 4]),
      ...MASKS,
    },
    labels: "labels",
  },
  "heterophilous-graphs": { arrays: { ...HETEROPHILOUS, ...MASKS }, labels: "node_labels" },
};

const BINARY = [0, 1, 1, 0, 1, 0];
const THREE = [0, 1, 2, 0, 1, 2];
/** Labels of any kind, the classes that they are, and the values of these. */
const LABELS: Record<string, [written: WrittenArray, classes: number[], values: number[]]> = {
  "0 and 1": [array("<i8", [6], BINARY), BINARY, [0, 1]],
  "1 and 2": [array("<i8", [6], BINARY.map((label) => label + 1)), BINARY, [1, 2]],
  "0 and 5": [array("<i4", [6], BINARY.map((label) => 5 * label)), BINARY, [0, 5]],
  "−1 and 1": [array("|i1", [6], BINARY.map((label) => 2 * label - 1)), BINARY, [-1, 1]],
  "booleans": [array("|b1", [6], BINARY), BINARY, [0, 1]],
  "beyond 2^32": [array("<i8", [6], BINARY.map((label) => 2 ** 40 + label)), BINARY, [
    2 ** 40,
    2 ** 40 + 1,
  ]],
  "floats": [array("<f4", [6], THREE), THREE, [0, 1, 2]],
  "3, 7 and 100": [array("<u2", [6], THREE.map((label) => [3, 7, 100][label]!)), THREE, [
    3,
    7,
    100,
  ]],
  "text of digits": [text("U", ["7", "10", "10", "7", "10", "7"]), BINARY, [7, 10]],
  "bytes of digits": [text("S", THREE.map(String)), THREE, [0, 1, 2]],
  "text of booleans": [text("U", BINARY.map((one) => one ? "True" : "False")), BINARY, [0, 1]],
  "a column": [array("<i8", [6, 1], THREE), THREE, [0, 1, 2]],
  "a row": [array("<i8", [1, 6], THREE), THREE, [0, 1, 2]],
  "two one-hot columns": [array("<f8", [6, 2], columns(BINARY, 2)), BINARY, [0, 1]],
  "three one-hot columns": [array("|b1", [6, 3], columns(THREE, 3)), THREE, [0, 1, 2]],
  "−1 outside of the split": [
    array("<i8", [6], [0, 1, 2, 0, 1, -1]),
    [0, 1, 2, 0, 1, NaN],
    [0, 1, 2],
  ],
  "NaN outside of the split": [
    array("<f8", [6], [1, 2, 2, 1, 2, NaN]),
    [0, 1, 1, 0, 1, NaN],
    [1, 2],
  ],
  "no 1 outside of the split": [
    array("|u1", [6, 3], columns(THREE, 3).map((one, at) => at < 15 ? one : 0)),
    [0, 1, 2, 0, 1, NaN],
    [0, 1, 2],
  ],
  "one-hot in Fortran's order": [
    { ...array("<i8", [6, 3], byColumn(columns(THREE, 3), 3)), fortran: true },
    THREE,
    [0, 1, 2],
  ],
};

function text(kind: "U" | "S", values: string[]): WrittenArray {
  const width = Math.max(...values.map(({ length }) => length));
  const units = values.flatMap((value) => {
    return Array.from({ length: width }, (_, k) => value.charCodeAt(k) || 0);
  });
  const bytes = kind === "U"
    ? new Uint8Array(Uint32Array.from(units).buffer)
    : Uint8Array.from(units);
  return { descr: `${kind === "U" ? "<" : "|"}${kind}${width}`, shape: [values.length], bytes };
}

function columns(classes: number[], count: number): number[] {
  return classes.flatMap((label) => Array.from({ length: count }, (_, col) => +(col === label)));
}

function byColumn(values: number[], cols: number): number[] {
  return Array.from({ length: cols }, (_, col) => values.filter((_, at) => at % cols === col))
    .flat();
}

for (const [form, { arrays, labels: entry }] of Object.entries(FORMS)) {
  for (const [what, [written, classes, values]] of Object.entries(LABELS)) {
    Deno.test(`npzGraph() takes labels of ${what}, ${form}`, async () => {
      const { labels, classes: many, labelValues } = await readGraph({
        ...arrays,
        [entry]: written,
      });
      const two = values.length === 2;
      assertEquals([many, labels.cols, labelValues], [
        two ? undefined : true,
        two ? 1 : values.length,
        values,
      ]);
      const expected = two ? classes : columns(classes, values.length);
      assertEquals([...labels.data], expected);
    });
  }

  Deno.test(`npzGraph() takes columns of several 1 a row for tasks, ${form}`, async () => {
    const tasks = [1, 1, 0, 0, 0, 1, 1, 0, 1, NaN, 0, 0];
    const several = { ...arrays, [entry]: array("<f4", [6, 2], tasks) };
    const { labels, classes, labelValues } = await readGraph(several);
    assertEquals([labels.cols, classes, labelValues], [2, undefined, undefined]);
    assertEquals([...labels.data], tasks);
  });

  Deno.test(`npzGraph() draws splits among the nodes that have a label, ${form}`, async () => {
    const bare = without(arrays, ...Object.keys(MASKS));
    for (const split of [0, 1, 2]) {
      const labels = array("<i8", [6], [3, -1, 3, 9, 9, 3]);
      const { train, valid, test } =
        (await readGraph({ ...bare, [entry]: labels }, { split })).split;
      assertEquals([...train, ...valid, ...test].sort((a, b) => a - b), [0, 2, 3, 4, 5]);
    }
  });

  Deno.test(`npzGraph() takes splits in any form, ${form}`, async () => {
    const lists = [[2, 1, 0], [3], [4]];
    const masks = lists.map((list) => Array.from({ length: 6 }, (_, i) => +list.includes(i)));
    const part = (suffix: string, write: (k: number) => WrittenArray, parts = ["train", "val"]) =>
      Object.fromEntries([...parts, "test"].map((part, k) => [`${part}_${suffix}`, write(k)]));
    const bare = { ...without(arrays, ...Object.keys(MASKS)), [entry]: array("<i8", [6], THREE) };
    const variants: Arrays[] = [
      part("masks", (k) => array("|b1", [6], masks[k]!)),
      part("mask", (k) => array("<f4", [6, 1], masks[k]!)),
      part("masks", (k) => array("<i8", [6, 2], masks[k]!.flatMap((one) => [one, 1 - one]))),
      part("masks", (k) => array("<i8", [lists[k]!.length], lists[k]!)),
      part("idx", (k) => array("<i4", [lists[k]!.length], lists[k]!), ["train", "valid"]),
      part("idx", (k) => array("<f8", [2, lists[k]!.length], [...lists[k]!, ...lists[k]!])),
    ];
    for (const variant of variants) {
      const { split } = await readGraph({ ...bare, ...variant });
      assertEquals(Object.values(split).map((part) => [...part]), [[0, 1, 2], [3], [4]]);
    }
  });

  Deno.test(`npzGraph() takes the classes that a model was trained for, ${form}`, async () => {
    const of = (labels: number[], labelValues: number[]) => {
      const options: NpzOptions = { labelValues };
      return readGraph({ ...arrays, [entry]: array("<i8", [6], labels) }, options);
    };
    const fewer = await of([0, 9, 9, 0, 9, 0], [0, 4, 9]);
    assertEquals([fewer.labels.cols, ...fewer.labels.data.slice(0, 6)], [3, 1, 0, 0, 0, 0, 1]);
    assertEquals([...(await of([5, 5, 5, 5, 5, 5], [2, 5])).labels.data], [1, 1, 1, 1, 1, 1]);
    const words = `${entry}[1] is 4: expected one of 0, 9, which the model was trained for`;
    await assertRejects(() => of([0, 4, 9, 0, 9, 0], [0, 9]), SyntaxError, words);
  });
}
