import { planted } from "../../../graphs/planted/planted.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import { initialWeights } from "../../../layers/parameter_layout.ts";
import { Parameters } from "../../../layers/parameters.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import type { ModelGiven } from "../../../models/options.ts";
import { RevGnn } from "../../../models/rev_gnn.ts";
import {
  readCheckpoint,
  readMetadata,
  writeCheckpoint,
} from "../../../training/files/checkpoint_file.ts";
import { readWeights } from "../../../training/files/state_dict.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../training/files/safetensors.ts";
import { train } from "../../../training/loop/train.ts";
import type { Best } from "../../../training/loop/train_options.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

const graph = planted({ nodes: 100, degree: 4, tasks: 3 });
const model = new RevGnn({ layers: 2, channels: 8 }, shapeOf(graph));

Deno.test("writeCheckpoint() keeps the best epoch, from which train() starts again", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/best.safetensors`;
    const bests: Best[] = [];
    let weights = new Float32Array();
    using gpu = await openGpu();
    const outcome = await train(gpu, model, graph, {
      epochs: 12,
      onBest: async (best) => {
        bests.push(best);
        weights = new Float32Array(await readWeights(best.parameters));
        await writeCheckpoint(path, best.parameters, { epoch: String(best.epoch) });
      },
    });
    assert(bests.length > 1);
    assertEquals([bests.at(-1)!.epoch, bests.at(-1)!.scores], [outcome.bestEpoch, outcome.scores]);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["best.safetensors"]);
    const { metadata } = decodeSafetensors(Deno.readFileSync(path), path);
    assertEquals(metadata, { epoch: String(outcome.bestEpoch) });

    const initial = await readCheckpoint(path, model.layout);
    assertEquals(initial, weights);
    // A rate too small to move a weight: the epoch after is evaluated with the checkpoint's own.
    const again = await train(gpu, model, graph, { epochs: 1, learningRate: 1e-20, initial });
    assertEquals(again.scores, outcome.scores);
  });
});

Deno.test("readCheckpoint() and writeCheckpoint() say which file, and why not", async () => {
  await withFolder(async (folder) => {
    const missing = `${folder}/none/best.safetensors`;
    await assertRejects(
      () => readCheckpoint(missing, model.layout),
      Error,
      `Cannot read ${missing} as there is no such file`,
    );
    using gpu = await openGpu();
    using parameters = new Parameters(gpu, model.layout, initialWeights(model.layout, 1));
    const write = () => writeCheckpoint(missing, parameters, {});
    await assertRejects(write, Error, `Cannot write ${missing}: No such file or directory`);
  });
});

Deno.test("readCheckpoint() refuses any bit changed since writeCheckpoint() wrote it", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/best.safetensors`;
    const values = initialWeights(model.layout, 1);
    using gpu = await openGpu();
    using parameters = new Parameters(gpu, model.layout, values);
    await writeCheckpoint(path, parameters, { settings: "{}" });
    assertEquals(await readCheckpoint(path, model.layout), values);
    const whole = await Deno.readFile(path);
    for (const at of [whole.length - 1, whole.length - 1000, whole.length - 2000]) {
      await Deno.writeFile(path, whole.map((byte, k) => k === at ? byte ^ 1 : byte));
      const read = () => readCheckpoint(path, model.layout);
      await assertRejects(
        read,
        SyntaxError,
        `of ${path}: its data are damaged, they have the checksum`,
      );
    }
  });
});

Deno.test("readMetadata() refuses settings that are of no run", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    const write = (metadata: Record<string, string>) =>
      Deno.writeFile(path, encodeSafetensors(new Map(), metadata));
    const wrong = [
      "null",
      "5",
      "{",
      "{}",
      '{"model":5,"dataset":"a"}',
      '{"model":{"kind":"rev-gnn"}}',
    ];
    for (const settings of wrong) {
      await write({ settings });
      const words =
        `Cannot read ${path}: its metadata "settings" do not name a model and a data set`;
      await assertRejects(() => readMetadata(path), SyntaxError, words);
    }
    const right: Record<string, string>[] = [{}, {
      settings: '{"model":{"kind":"rev-gnn"},"dataset":"a"}',
    }];
    for (const metadata of right) {
      await write(metadata);
      assertEquals(await readMetadata(path), metadata);
    }
  });
});

Deno.test("buildModel() says that it knows no such kind", () => {
  const options = { kind: "gcn", groups: 1, layers: 2, channels: 4, dropout: 0 } as unknown;
  const build = () => buildModel(options as ModelGiven, shapeOf(graph));
  assertThrows(build, RangeError, 'Cannot build a model of kind "gcn": known are');
});

Deno.test("writeCheckpoint() writes what is fixed where the public code has it as a parameter", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    const aggregation = { kind: "softmax_sum", t: 0.5, y: 0.25, messageNorm: true } as const;
    const fixed = new RevGnn(
      { layers: 2, channels: 8, convolution: { kind: "gen", aggregation } },
      shapeOf(graph),
    );
    const values = initialWeights(fixed.layout, 1);
    using gpu = await openGpu();
    using parameters = new Parameters(gpu, fixed.layout, values);
    await writeCheckpoint(path, parameters, {});
    const { tensors } = decodeSafetensors(await Deno.readFile(path), path);
    const found = [...tensors].filter(([name]) => /\.(t|y|msg_scale)$/.test(name))
      .map(([name, { shape, data }]) => [name.split(".").at(-1), shape, data[0]]);
    assertEquals(found.filter(([name]) => name === "y").length, 4); // two layers of two groups
    assertEquals(found.filter(([name]) => name === "t"), []);
    assertEquals(found.find(([name]) => name === "y"), ["y", [1], 0.25]);
    assertEquals(found.find(([name]) => name === "msg_scale"), ["msg_scale", [1], 1]);
    assertEquals(await readCheckpoint(path, fixed.layout), values);
  });
});
