/**
 * A peer of the bench: loss and gradients of a RevGNN without edge features in TensorFlow.js, on the back
 * end that the second argument names. In-edges are a padded table, activations are stored, and a node that
 * is in the table twice wins twice. Parameters have the names of the paper's public code.
 */
import { serve, type StepData, type TakeStep } from "./bench_peer_serve.ts";

const NORM_EPSILON = 1e-5;
const MESSAGE_EPSILON = 1e-7;

await serve(async (load) => {
  // deno-lint-ignore no-explicit-any -- its types are not installed with this project
  const tf = load("@tensorflow/tfjs") as any;
  const backend = Deno.args[1]!;
  if (backend === "webgpu") load("@tensorflow/tfjs-backend-webgpu");
  if (!await tf.setBackend(backend)) throw new Error(`no back end ${backend}`);
  await tf.ready();
  tf.enableProdMode();
  return { libraries: `tfjs ${tf.version.tfjs}`, step: (given) => stepOf(tf, given) };
});

// deno-lint-ignore no-explicit-any
type Tensor = any;

function stepOf(tf: Tensor, given: StepData): TakeStep {
  const array = (name: string, kind?: "int32") => {
    const { shape, data } = given.tensor(name);
    return tf.tensor(kind ? Int32Array.from(data as Uint32Array) : data, shape, kind);
  };
  const [x, labels] = [array("x"), array("labels")];
  const train = array("train_nodes", "int32");
  const neighbours = array("col_idx", "int32").reshape([x.shape[0], -1]);
  const weights = new Map<string, Tensor>(
    given.names.filter((name) => /\.(weight|bias)$/.test(name))
      .map((name) => [name, tf.variable(array(name))]),
  );
  const [layers, groups] = [given.setting("layers"), given.setting("groups")];

  const linear = (input: Tensor, name: string) =>
    input.matMul(weights.get(`${name}.weight`), false, true).add(weights.get(`${name}.bias`));
  const normAct = (input: Tensor, name: string) => {
    const { mean, variance } = tf.moments(input, -1, true);
    const normed = input.sub(mean).mul(variance.add(NORM_EPSILON).rsqrt());
    return normed.mul(weights.get(`${name}.weight`)).add(weights.get(`${name}.bias`)).relu();
  };
  const block = (input: Tensor, name: string) => {
    const active = normAct(input, `${name}.norm`);
    // Messages are positive already: their ReLU is left out.
    const most = active.gather(neighbours).max(1).add(MESSAGE_EPSILON);
    const hidden = normAct(linear(active.add(most), `${name}.gcn.mlp.0`), `${name}.gcn.mlp.1`);
    return linear(hidden, `${name}.gcn.mlp.3`);
  };
  const loss = () => {
    let state: Tensor[] = linear(x, "node_features_encoder").split(groups, 1);
    for (let layer = 0; layer < layers; layer++) {
      let y = tf.addN(state.slice(1));
      state = state.map((one, group) => y = one.add(block(y, `gcns.${layer}._fn.Fms.${group}`)));
    }
    const logits = linear(normAct(tf.concat(state, 1), "last_norm"), "node_pred_linear");
    const [z, target] = [logits.gather(train), labels.gather(train)];
    return z.relu().sub(z.mul(target)).add(z.abs().neg().exp().log1p()).mean();
  };
  return async () => {
    const { value, grads } = tf.variableGrads(loss);
    const [data] = await value.data();
    // The gradient that is computed last: it waits for all of them.
    await grads[weights.get("node_features_encoder.weight").name].data();
    tf.dispose([value, grads]);
    return data;
  };
}
