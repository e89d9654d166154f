/** `RunStateFile` on any file in the place of a state, and the states that it wrote. */
import { holds, testReader } from "../../properties/properties.ts";
import fc from "fast-check";
import { decodeSafetensors, encodeSafetensors } from "../../../training/files/safetensors.ts";
import type { EpochFigures } from "../../../training/loop/history.ts";
import { freshProgress } from "../../../training/loop/run_progress.ts";
import type { RunState } from "../../../training/loop/run_state.ts";
import { RunStateFile } from "../../../training/loop/run_state_file.ts";
import { assertEquals } from "../../assert.ts";
import { type Bytes, changed, damaged, json, jsonText } from "../../properties/inputs.ts";
import { withFolder } from "../../folder.ts";

const IDENTITY = { seed: "1", model: '{"kind":"rev-gnn"}' };

/** The figures of one epoch, the second of two evaluated. */
function epochOf(epoch: number, loss: number, seconds: number): EpochFigures {
  const scores = epoch % 2 === 0 ? { train: 0.9, valid: 0.8, test: 0.7 } : null;
  return { epoch, loss, scores, learningRate: 0.1, gradientNorm: 2, seconds };
}

const STATE: RunState = {
  progress: {
    ...freshProgress(),
    ...{ epoch: 2, history: [epochOf(1, 0.5, 1), epochOf(2, 0.25, 2)], waited: 0.5, peakBytes: 9 },
    best: { epoch: 1, scores: { train: 0.9, valid: 0.8, test: 0.7 }, judged: 0.8 },
    solves: [{ of: "training", status: "converged", steps: 3, residual: 0.1 }],
  },
  values: {
    weights: Float32Array.of(1, 2),
    moments: [Float32Array.of(3, 4)],
    best: Float32Array.of(5, 6),
  },
};

/** The bytes of a file that holds the state. */
async function written(state: RunState): Promise<Bytes> {
  let bytes = new Uint8Array(0);
  await withFolder(async (folder) => {
    await new RunStateFile({ path: `${folder}/a` }, IDENTITY).write(state);
    bytes = await Deno.readFile(`${folder}/a`);
  });
  return bytes;
}

const whole = await written(STATE);
const { tensors, metadata } = decodeSafetensors(whole.slice(), "it");

/** States whose checksums are right, and which say something else. */
const others = fc.record({
  run: fc.oneof(changed(fc.constant(IDENTITY)), json).map(jsonText),
  progress: fc.oneof(
    { weight: 4, arbitrary: changed(fc.constant(JSON.parse(metadata.progress!))) },
    { weight: 1, arbitrary: json },
  ).map(jsonText),
  same: fc.boolean(),
  without: fc.constantFrom("", "", "weights", "moments.0", "best"),
}).map(({ run, progress, same, without }) => {
  const left = new Map([...tensors].filter(([name]) => name !== without));
  const said = { run: same ? metadata.run! : run, progress };
  return encodeSafetensors(left, said, { checksums: true });
});

testReader<Bytes>("RunStateFile.read()", {
  name: "run_state",
  inputs: fc.oneof(others, damaged(fc.constant(whole))),
  read: (bytes) =>
    withFolder(async (folder) => {
      await Deno.writeFile(`${folder}/a`, bytes);
      const state = await new RunStateFile({ path: `${folder}/a` }, IDENTITY).read();
      // As a run that goes on from it uses it.
      const { progress, values } = state!;
      for (const { loss, seconds } of progress.history) {
        assertEquals([loss, seconds].every(Number.isFinite), true);
      }
      for (const { steps } of progress.solves) assertEquals(Number.isFinite(steps), true);
      assertEquals(values.weights instanceof Float32Array, true);
    }),
  multiple: 16,
});

const floats = fc.uint32Array({ maxLength: 5 }).map((bits) =>
  new Float32Array(Uint32Array.from(bits).buffer)
);
const real = fc.double({ noNaN: true, noDefaultInfinity: true });

Deno.test("RunStateFile reads the bits that it wrote", () =>
  holds(
    fc.tuple(
      floats,
      fc.array(floats, { maxLength: 3 }),
      fc.option(floats),
      fc.array(fc.tuple(real, real)),
    ),
    async (given) => {
      const [weights, moments, best, epochs] = given;
      const progress = {
        ...STATE.progress,
        epoch: epochs.length,
        history: epochs.map(([loss, seconds], i) => epochOf(i + 1, loss, Math.abs(seconds))),
      };
      await withFolder(async (folder) => {
        const file = new RunStateFile({ path: `${folder}/a` }, IDENTITY);
        await file.write({ progress, values: { weights, moments, best } });
        const read = await file.read();
        const bits = (values: Float32Array | null) =>
          values && [...new Uint8Array(values.slice().buffer)];
        assertEquals(read!.progress, progress);
        assertEquals(bits(read!.values.weights), bits(weights));
        assertEquals(read!.values.moments.map(bits), moments.map(bits));
        assertEquals(bits(read!.values.best), bits(best));
      });
    },
  ));
