/** Takes training steps and predictions of a model whose values, gradients and moments are on a device. */
import type { Device, Tensor } from "../../gpu/tensor.ts";
import type { DeviceGraph } from "../../batch/device_graph.ts";
import type { Context, Pass, SolveReport, TrainingPass } from "../../layers/pass.ts";
import type { Counted } from "../../kernels/cross_entropy.ts";
import { disposing } from "../../layers/disposing.ts";
import { Parameters } from "../../layers/parameters.ts";
import { type Model, recordsAlike } from "../../models/model.ts";
import { ALONE, type Ranks } from "../ranks/ranks.ts";
import { Accumulator } from "./accumulator.ts";
import { dropoutKeys, KEYS } from "./dropout_keys.ts";
import { evaluationPass, predictModel, reusedLabels } from "./label_reuse.ts";
import { labelSplit } from "./label_split.ts";
import { recordLoss } from "./loss.ts";
import { Optimiser } from "./optimiser.ts";
import { RangeWatch } from "./range_watch.ts";
import { type TrainingGiven, type TrainingSettings, trainingSettings } from "../settings.ts";

/**
 * Options of training. For its first `pretrainEpochs` an equilibrium model is trained as a weight-tied one;
 * predictions always solve, so that what is scored and kept is the equilibrium.
 */
export interface TrainerOptions extends TrainingGiven {
  /** How many losses the device keeps until they are read; default one per part. */
  readonly batches?: number;
  /** The processes that share a step's parts; each trains on every `size`-th. */
  readonly ranks?: Ranks | undefined;
}

/** A model with its values, gradients and optimiser on a device. */
export class Trainer implements Disposable {
  /** The model's values, and their gradients. */
  readonly parameters: Parameters;
  /** [batches, 1]: the last loss of each batch. */
  readonly losses: Tensor;
  /**
   * Watches the range of a fixed-point state, in training steps and in predictions.
   *
   * @internal
   */
  readonly range: { readonly training: RangeWatch; readonly evaluation: RangeWatch };
  readonly #gpu: Device;
  readonly #optimiser: Optimiser;
  /** Absent where a step is of one part. */
  readonly #accumulator: Accumulator | undefined;
  readonly #keys: Tensor;
  /** Of the masks under which a step guesses labels. */
  readonly #guessKeys: Tensor | undefined;
  readonly #solves: SolveReport[] = [];
  readonly #settings: TrainingSettings;
  readonly #ranks: Ranks;
  /** Parts trained on, by all ranks. */
  #parts = 0;
  /** What the last part was trained on, and what repeats it. */
  #last: { readonly on: readonly unknown[]; readonly again: () => Promise<void> } | undefined;

  /** Uploads flat values; disposing of the trainer frees them. */
  constructor(
    gpu: Device,
    readonly model: Model,
    values: Float32Array,
    { batches, ranks = ALONE, ...options }: TrainerOptions,
  ) {
    this.#gpu = gpu;
    this.#ranks = ranks;
    this.#settings = trainingSettings(options);
    using scope = gpu.scope("all");
    this.parameters = new Parameters(gpu, model.layout, values);
    this.#optimiser = new Optimiser(gpu, this.parameters, this.#settings);
    const { accumulate } = this.#settings;
    if (accumulate > 1) {
      this.#accumulator = new Accumulator(gpu, this.parameters, accumulate, ranks);
    }
    this.#keys = gpu.empty(1, KEYS);
    if (model.options.labels) this.#guessKeys = gpu.empty(1, KEYS);
    this.losses = gpu.empty(batches ?? this.#settings.parts, 1);
    this.range = {
      training: new RangeWatch(gpu, model),
      evaluation: new RangeWatch(gpu, model),
    };
    scope.keep();
  }

  /** [1, 1]: squared norm of the last step's gradient. */
  get squaredNorm(): Tensor {
    return this.#optimiser.squaredNorm;
  }

  /**
   * Records and submits one training step, or one part of it where `accumulate` makes a step of several;
   * its loss stays in row `batch` of `losses`. A teacher's logits are [nodes, classes]. What the call before
   * recorded is sent again where this one is on the same.
   */
  async step(
    graph: DeviceGraph,
    learningRate: number,
    batch = 0,
    teacher?: Tensor,
  ): Promise<void> {
    using scope = this.#gpu.scope();
    const { accumulate } = this.#settings;
    const [before, part] = [Math.floor(this.#parts / accumulate), this.#parts % accumulate];
    const isLast = part === accumulate - this.#ranks.size;
    if (isLast) this.#optimiser.prepare(before + 1, learningRate);
    const next = this.#next;
    const counted = this.#write(graph, next);
    const record = async () => {
      if (part === 0) this.#accumulator?.begin();
      using own = await this.#pass(graph, next);
      await this.#recordGradients(own.pass, batch, { teacher, counted });
      await this.#accumulator?.add();
      if (!isLast) return;
      this.#accumulator?.mean();
      this.#optimiser.update();
    };
    if (recordsAlike(this.model)) await this.#repeat([graph, batch, teacher, part], record);
    else await record();
    this.#gpu.submit();
    this.#parts += this.#ranks.size;
    scope.keep();
  }

  /** Records a part's loss and gradients without the update. A call that throws does not count. */
  async gradients(graph: DeviceGraph, batch = 0, teacher?: Tensor): Promise<void> {
    using scope = this.#gpu.scope();
    const counted = this.#write(graph, this.#next);
    using own = await this.#pass(graph, this.#next);
    await this.#recordGradients(own.pass, batch, { teacher, counted });
    this.#parts += this.#ranks.size;
    scope.keep();
  }

  /** The next part of this rank, counted from 1 over all of them. */
  get #next(): number {
    return this.#parts + this.#ranks.rank + 1;
  }

  /** Repeats what was recorded on the same, of which only the contents of tensors are new each time. */
  async #repeat(on: readonly unknown[], record: () => Promise<void>): Promise<void> {
    if (!this.#last?.on.every((one, i) => one === on[i])) {
      this.#last = { on, again: this.#gpu.repeated(record) };
    }
    await this.#last!.again();
  }

  async #recordGradients(
    pass: TrainingPass,
    batch: number,
    of: { teacher: Tensor | undefined; counted: Counted | undefined },
  ): Promise<void> {
    const { model, parameters } = this;
    const gpu = this.#gpu;
    using scope = gpu.scope();
    gpu.clear(parameters.gradients);
    using forward = await model.forward(pass);
    using loss = gpu.empty(1, 1);
    using dLogits = recordLoss(pass.graph, forward.logits, loss, { ...this.#settings, ...of });
    gpu.copy(loss, this.losses.window(batch * 16, 1, 1));
    forward.logits[Symbol.dispose]();
    await forward.backward(dLogits);
    scope.keep();
  }

  /**
   * The pass of a part, counted from 1: under its masks, with its label inputs. Overwrites the masks.
   *
   * @internal
   */
  async trainingPass(graph: DeviceGraph, part: number) {
    this.#write(graph, part);
    return await this.#pass(graph, part);
  }

  /**
   * Writes what is new of every part: its masks' keys, and with label inputs which labels are given. Returns
   * the others, which the loss is of; how many they are is the same for all steps on a graph.
   */
  #write(graph: DeviceGraph, part: number): Counted | undefined {
    const gpu = this.#gpu;
    const { seed, maskRate } = this.#settings;
    gpu.write(this.#keys, dropoutKeys(seed, part));
    if (this.#guessKeys === undefined) return undefined;
    gpu.write(this.#guessKeys, dropoutKeys(seed, part, 1));
    const { nodes, train, labelInputs } = graph;
    const { given, means, predicted } = labelInputs.split;
    const split = labelSplit(nodes, train, { seed, step: part, rate: maskRate });
    gpu.write(given, split.given);
    gpu.write(predicted, split.predicted);
    if (means) gpu.write(means, labelInputs.meansOf(split.givenNodes));
    return { counted: predicted, count: split.count };
  }

  /** The pass of a part whose masks are written. */
  async #pass(graph: DeviceGraph, part: number) {
    const { model } = this;
    const { parts, pretrainEpochs, pretrainDepth } = this.#settings;
    const unrolled = part <= pretrainEpochs * parts ? pretrainDepth : undefined;
    const context = this.#context(graph, "training");
    const { dropout: rate } = model.options;
    const labels = this.#guessKeys && await this.#labels(graph, this.#guessKeys, unrolled);
    const pass: TrainingPass = {
      ...context,
      mode: "training",
      masks: { keys: this.#keys, rate },
      equilibrium: { ...context.equilibrium, unrolled },
      ...labels && { labels },
    };
    return { pass, ...disposing({ labels }) };
  }

  /** A step's label inputs: the labels that are given, and guesses under masks of their own. */
  async #labels(graph: DeviceGraph, keys: Tensor, unrolled: number | undefined): Promise<Tensor> {
    const { parameters, model } = this;
    const masks = { keys, rate: model.options.dropout };
    const norm = { provisional: true };
    const context = { graph, parameters, equilibrium: { unrolled } };
    const pass: TrainingPass = { ...context, mode: "training", masks, norm };
    return await reusedLabels(model, pass, graph.labelInputs.split);
  }

  /** Records a prediction: logits [nodes, tasks] without masks. */
  async predict(graph: DeviceGraph): Promise<Tensor> {
    return await predictModel(this.model, this.#context(graph, "evaluation"));
  }

  /**
   * The pass of a prediction.
   *
   * @internal
   */
  async evaluationPass(graph: DeviceGraph) {
    return await evaluationPass(this.model, this.#context(graph, "evaluation"));
  }

  /** [1, words] each: what the optimiser remembers of past gradients. */
  get moments(): readonly Tensor[] {
    return this.#optimiser.moments;
  }

  /** Continues after `parts` parts with the moments of then; the values must be of then too. */
  restore(parts: number, moments: readonly Float32Array[]): void {
    this.#parts = parts;
    this.#optimiser.restore(moments);
  }

  /** How an equilibrium model's solves ended since the last call. */
  takeSolves(): SolveReport[] {
    return this.#solves.splice(0);
  }

  #context(graph: DeviceGraph, mode: Pass["mode"]): Context {
    const onSolve = (report: SolveReport) => void this.#solves.push(report);
    const { parameters, range } = this;
    const { outsiders } = range[mode];
    return { graph, parameters, outsiders, equilibrium: { onSolve } };
  }

  /** Frees values, gradients and all that the optimiser holds. */
  [Symbol.dispose](): void {
    this.parameters[Symbol.dispose]();
    this.#optimiser[Symbol.dispose]();
    this.#accumulator?.[Symbol.dispose]();
    this.#keys[Symbol.dispose]();
    this.#guessKeys?.[Symbol.dispose]();
    this.losses[Symbol.dispose]();
    this.range.training[Symbol.dispose]();
    this.range.evaluation[Symbol.dispose]();
  }
}
