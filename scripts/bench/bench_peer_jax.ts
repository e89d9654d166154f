/**
 * A peer of the bench: loss and gradients of a RevGNN without edge features in jax-js, compiled, on the
 * back end that the second argument names. In-edges are a padded table, and activations are stored.
 * Parameters have the names of the paper's public code. In jax-js an operation frees its arguments, except
 * those passed as `ref`.
 */
import { serve, type StepData, type TakeStep } from "./bench_peer_serve.ts";

const NORM_EPSILON = 1e-5;
const MESSAGE_EPSILON = 1e-7;

await serve(async (load) => {
  // deno-lint-ignore no-explicit-any -- its types are not installed with this project
  const jax = load("@jax-js/jax") as any;
  const backend = Deno.args[1]!;
  const found = await jax.init();
  if (!found.includes(backend)) throw new Error(`no back end ${backend}`);
  jax.defaultDevice(backend);
  const path = `${Deno.args[0]}/node_modules/@jax-js/jax/package.json`;
  const { version } = JSON.parse(await Deno.readTextFile(path));
  return { libraries: `jax-js ${version}`, step: (given) => stepOf(jax, given) };
});

// deno-lint-ignore no-explicit-any
type Tensor = any;
type Weights = Record<string, Tensor>;

function stepOf(jax: Tensor, given: StepData): TakeStep {
  const { numpy: np, nn } = jax;
  const array = (name: string, kind?: "int32") => {
    const { shape, data } = given.tensor(name);
    return np.array(kind ? Int32Array.from(data as Uint32Array) : data).reshape(shape);
  };
  const weights: Weights = Object.fromEntries(
    given.names.filter((name) => /\.(weight|bias)$/.test(name)).map((name) => [name, array(name)]),
  );
  const x = array("x");
  const neighbours = array("col_idx", "int32").reshape([x.shape[0], -1]);
  const constants = {
    x,
    labels: array("labels"),
    neighbours,
    train: array("train_nodes", "int32"),
  };
  const [layers, groups] = [given.setting("layers"), given.setting("groups")];

  const linear = (w: Weights, input: Tensor, name: string) =>
    np.matmul(input, w[`${name}.weight`].ref.transpose()).add(w[`${name}.bias`].ref);
  const normAct = (w: Weights, input: Tensor, name: string) => {
    const centred = input.ref.sub(input.mean(-1, { keepdims: true }));
    const variance = np.square(centred.ref).mean(-1, { keepdims: true });
    const normed = centred.mul(np.reciprocal(np.sqrt(variance.add(NORM_EPSILON))));
    return nn.relu(normed.mul(w[`${name}.weight`].ref).add(w[`${name}.bias`].ref));
  };
  const block = (w: Weights, input: Tensor, neighbours: Tensor, name: string) => {
    const active = normAct(w, input, `${name}.norm`);
    // Messages are positive already: their ReLU is left out.
    const most = np.max(np.take(active.ref, neighbours.ref, 0), 1).add(MESSAGE_EPSILON);
    const hidden = linear(w, active.add(most), `${name}.gcn.mlp.0`);
    return linear(w, normAct(w, hidden, `${name}.gcn.mlp.1`), `${name}.gcn.mlp.3`);
  };
  const loss = (w: Weights, { x, labels, neighbours, train }: typeof constants) => {
    let state: Tensor[] = np.split(linear(w, x, "node_features_encoder"), groups, 1);
    for (let layer = 0; layer < layers; layer++) {
      let y = state.slice(1).map((one) => one.ref).reduce((sum, one) => sum.add(one));
      state = state.map((one, group) => {
        y = one.add(block(w, y, neighbours, `gcns.${layer}._fn.Fms.${group}`));
        return y.ref;
      });
      y.dispose();
    }
    neighbours.dispose();
    const last = normAct(w, np.concatenate(state, 1), "last_norm");
    const z = np.take(linear(w, last, "node_pred_linear"), train.ref, 0);
    const target = np.take(labels, train, 0);
    const positive = nn.relu(z.ref).sub(z.ref.mul(target));
    return positive.add(np.log1p(np.exp(np.abs(z).neg()))).mean();
  };
  const differentiate = jax.jit(jax.valueAndGrad(loss));
  return async () => {
    const [value, gradients] = differentiate(jax.tree.ref(weights), jax.tree.ref(constants));
    await Promise.all(Object.values<Tensor>(gradients).map((gradient) => gradient.data()));
    return (await value.data())[0];
  };
}
