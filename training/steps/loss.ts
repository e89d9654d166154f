/**
 * Training losses: binary cross entropy for tasks, softmax cross entropy or log(ε + CE) − log ε for
 * classes. A student's loss is 1 − α of that plus α T² KL to its teacher's predictions.
 */
import type { GraphOutline, Matrix } from "../../graphs/graph.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { DeviceGraph } from "../../batch/device_graph.ts";
import { bce } from "../../kernels/bce.ts";
import { type Counted, crossEntropy } from "../../kernels/cross_entropy.ts";
import { distillation } from "../../kernels/distillation.ts";
import { sum } from "../../kernels/sum.ts";
import { pick, resolve } from "../../settings/resolve.ts";
import { LOSS, type Loss, LOSS_SETTINGS, type LossSettings } from "../settings.ts";

/** The default loss for a graph's labels. */
export function defaultLoss({ classes }: Pick<GraphOutline, "classes">): Loss {
  return classes ? "cross-entropy" : "bce";
}

export interface LossOptions extends Partial<LossSettings> {
  /** [nodes, classes]: a teacher's logits. */
  readonly teacher?: Tensor | undefined;
  /** The nodes over which the loss is averaged; default all training nodes. */
  readonly counted?: Counted;
}

/** Records a step's loss into `out` [1, 1]; returns the gradient of logits [nodes, tasks or classes]. */
export function recordLoss(
  graph: DeviceGraph,
  logits: Tensor,
  out: Tensor,
  { teacher, counted, ...given }: LossOptions = {},
): Tensor {
  const settings = resolve(LOSS_SETTINGS, pick(LOSS, given));
  const { labelSmoothing: smoothing, teacherShare, temperature } = settings;
  const loss = settings.loss ?? defaultLoss(graph);
  if (loss === "bce") return bce(graph, logits, out, counted);
  const result = crossEntropy(
    logits,
    graph.labels,
    counted ?? { counted: graph.trains, count: graph.trainingNodes },
    { logEpsilon: loss === "log-epsilon", weight: teacher ? 1 - teacherShare : 1, smoothing },
  );
  using rowLoss = result.rowLoss;
  if (teacher !== undefined) {
    distillation(logits, teacher, result, { temperature, weight: teacherShare });
  }
  sum(rowLoss, out);
  return result.dLogits;
}

/** Throws a sentence if the loss does not suit the graph's labels. */
export function checkLoss(
  { name, classes }: GraphOutline,
  loss: Loss | null,
  { labelSmoothing = 0 }: Partial<LossSettings> = {},
): void {
  if (labelSmoothing > 0 && !classes) {
    throw new RangeError(
      `Cannot smooth the labels of ${name}: it has tasks, only classes are smoothed`,
    );
  }
  if (loss === null || (loss === "bce") === !classes) return;
  const [of, has] = classes ? ["tasks", "classes"] : ["classes", "tasks"];
  throw new RangeError(
    `Cannot learn ${name} by ${loss}: this loss is for ${of}, the graph has ${has}`,
  );
}

/** Throws a sentence unless these are logits for the graph's classes. */
export function checkTeacher(
  { name, classes, labels }: GraphOutline,
  teacher: Matrix | undefined,
): void {
  if (teacher === undefined) return;
  if (!classes) {
    throw new RangeError(
      `Cannot learn ${name} from a teacher: the graph has tasks, only classes are taught`,
    );
  }
  const { data, rows, cols } = teacher;
  if (rows !== labels.rows || cols !== labels.cols) {
    throw new RangeError(
      `Cannot learn ${name} from its teacher as logits must be nodes × classes: expected ` +
        `${labels.rows} × ${labels.cols}, found ${rows} × ${cols}`,
    );
  }
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new RangeError(
    `Cannot learn ${name} from its teacher as logits must be finite: the one of node ` +
      `${Math.floor(at / cols)} for class ${at % cols} is ${data[at]}`,
  );
}
