/** RevGAT on embeddings of one's own, as its users call it: teachers, students, and an ensemble of them. */
import { planted } from "../../graphs/planted/planted.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { random } from "../reference/matrix.ts";
import { task } from "./task.ts";

const SHAPE = { nodes: 400, tasks: 4, classes: true } as const;
const WIDTH = 32;
const GRAPH = [
  ...["--dataset", "planted", "--planted-nodes", "400", "--planted-tasks", "4"],
  "--planted-classes",
];
/** The options of SimTeG's script, of a network of this size. */
const CALL = [
  ...["--model", "rev-gat", "--layers", "2", "--heads", "2", "--channels", "16", "--labels"],
  ...["--label-iterations", "2", "--label-smoothing", "0.02", "--dropout", "0.2"],
  ...["--input-dropout", "0.1", "--edge-dropout", "0.3", "--optimiser", "rmsprop", "--clip", "0"],
  ...["--schedule", "warm-up", "--warm-up", "5", "--loss", "log-epsilon", "--lr", "0.01"],
  ...["--epochs", "20", "--runs", "2", "--quiet"],
];

/** Half-precision numbers without a header that tell something of each node's class, as embeddings do. */
async function writeEmbeddings(path: string): Promise<void> {
  const { labels } = planted(SHAPE);
  const noise = random(SHAPE.nodes, WIDTH, 1).data;
  const halves = Float16Array.from(noise, (value, at) => {
    const [node, column] = [Math.floor(at / WIDTH), at % WIDTH];
    return value + labels.data[node * SHAPE.tasks + column % SHAPE.tasks]!;
  });
  await Deno.writeFile(path, new Uint8Array(halves.buffer));
}

async function rowsOf(name: string, args: readonly string[]): Promise<Row[]> {
  const { code, out, err } = await task(name, [...args]);
  assertEquals(code, 0, err);
  return out.trim().split("\n").map((line) => JSON.parse(line));
}

Deno.test("teachers on embeddings teach students of their seeds, and an ensemble scores all of them", () =>
  withFolder(async (folder) => {
    const at = (name: string) => `${folder}/${name}`;
    await writeEmbeddings(at("x.emb"));
    const call = [...GRAPH, "--node-features", at("x.emb"), ...CALL];
    const teachers = await rowsOf("train", [...call, "--predictions", at("teacher-{seed}.npy")]);
    const students = await rowsOf("train", [
      ...[...call, "--teacher", at("teacher-{seed}.npy"), "--alpha", "0.7"],
      ...["--predictions", at("student-{seed}.npy")],
    ]);
    const logits = ["teacher-0", "teacher-1", "student-0", "student-1"].map((name) =>
      at(`${name}.npy`)
    );
    const [ensemble] = await rowsOf("ensemble", [...logits, "--weights", "1,1,2,2", ...GRAPH]);
    const [chance, plain] = [1 / SHAPE.tasks, [...teachers, ...students]];
    for (const { scores } of [...plain, ensemble!]) {
      assert(scores!.test > 2 * chance, `${scores!.test}`);
    }
    assertEquals(
      students.map(({ teacher, seed }) => [teacher, seed]),
      [0, 1].map((seed) => [
        at("teacher-{seed}.npy"),
        seed,
      ]),
    );
    // Scores of a member alone are those of its row: what was written is its best epoch's logits.
    const [alone] = await rowsOf("ensemble", [logits[3]!, ...GRAPH]);
    assertEquals(alone!.scores, students[1]!.scores);
  }));
