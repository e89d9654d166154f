"""Goldens: training steps of small models by public PyTorch operations, in float32. README.md lists
what a file holds; it is made again by its name, or all are without one. All is drawn by numpy."""
import json
import pathlib
import struct
import sys

import numpy as np
import torch

import draws
from operators import block_names, loss_of, predict

NODES, EDGES, EDGE_FEATURES, FEATURES, TASKS, CHANNELS = 40, 160, 8, 12, 5, 16
ISOLATED, LOOPED, SOURCE_ONLY = 11, 5, 23
# Of ten tried, the draw whose weights after Adam suffer least from roundings of small gradients.
DATA_SEED = 13


def make_graph(draw, species=False, classes=False):
    """In-edges in rows, by target and then source; nodes' features, labels and split."""
    sources = [n for n in range(NODES) if n != ISOLATED]
    targets = [n for n in sources if n != SOURCE_ONLY]
    pairs = {(t, s) for t, s in zip(draw.choice(targets, EDGES), draw.choice(sources, EDGES))
             if t != s}
    edges = sorted(pairs | {(LOOPED, LOOPED), (0, SOURCE_ONLY)})
    edges = sorted(edges + [edges[30]])
    target, source = np.array(edges, np.int32).T
    row_ptr = np.searchsorted(target, np.arange(NODES + 1)).astype(np.int32)
    edge_features = draw.random((len(edges), EDGE_FEATURES), np.float32)
    arrays = dict(row_ptr=row_ptr, col_idx=source, edge_features=edge_features)
    if species:
        sums = [edge_features[a:b].sum(0) for a, b in zip(row_ptr, row_ptr[1:])]
        arrays["x"] = np.stack(sums).astype(np.float32)
        arrays["one_hot"] = np.eye(8, dtype=np.float32)[draw.integers(0, 8, NODES)]
    else:
        arrays["x"] = draw.standard_normal((NODES, FEATURES), np.float32)
    labels = np.eye(TASKS)[draw.integers(0, TASKS, NODES)] if classes \
        else draw.random((NODES, TASKS)) < 0.3
    arrays["labels"] = labels.astype(np.float32)
    arrays["train_nodes"] = np.sort(draw.permutation(NODES)[:24]).astype(np.int32)
    if classes:
        arrays["teacher"] = 2 * draw.standard_normal((NODES, TASKS), np.float32)
    return arrays


class Weights(dict):
    """Values to start from, drawn by name; larger than a training's, so that all matter."""

    def __init__(self, draw, options, arrays):
        self.draw, self.options = draw, options
        self.width = options["channels"] // options["groups"]
        features = arrays["x"].shape[1]
        if options["kind"] == "rev-gat":
            self.rev_gat(features)
        else:
            self.gnn(features, "one_hot" in arrays)
        self.update({name: value.astype(np.float32) for name, value in self.items()})

    def linear(self, name, inputs, outputs, scale=1, bias=True):
        values = self.draw.standard_normal((outputs, inputs))
        self[f"{name}.weight"] = scale / np.sqrt(inputs) * values
        if bias:
            self[f"{name}.bias"] = 0.3 * self.draw.standard_normal(outputs)

    def norm(self, name, channels):
        self[f"{name}.weight"] = 1 + 0.3 * self.draw.standard_normal(channels)
        self[f"{name}.bias"] = 0.3 * self.draw.standard_normal(channels)
        if self.options.get("norm") == "batch":
            self[f"{name}.running_mean"] = 0.3 * self.draw.standard_normal(channels)
            self[f"{name}.running_var"] = 0.5 + self.draw.random(channels)

    def gnn(self, features, species):
        channels, convolution = self.options["channels"], self.options.get("convolution", "gen")
        if species:
            self.linear("node_one_hot_encoder", 8, 8)
            features += 8
        self.linear("node_features_encoder", features, channels)
        if convolution == "gen" and self.options.get("encodeEdges", True):
            self.linear("edge_encoder", EDGE_FEATURES, channels)
        for block in block_names(self.options):
            self.norm(f"{block}.norm", self.width)
            name = f"{block}.gcn"
            if convolution == "gen":
                self.gen(name)
            elif convolution == "gat":
                self.gat(name, self.width, self.width)
            else:
                inputs = 2 * self.width if convolution == "sage" else self.width
                self.linear(f"{name}.lin", inputs, self.width)
        self.norm("last_norm", channels)
        # Logits this large make the gradient's norm exceed 1, at which it is clipped.
        self.linear("node_pred_linear", channels, TASKS, scale=6)

    def gen(self, name):
        width, aggregation = self.width, self.options.get("aggregation", {})
        self.linear(f"{name}.mlp.0", width, 2 * width)
        self.norm(f"{name}.mlp.1", 2 * width)
        self.linear(f"{name}.mlp.3", 2 * width, width)
        if "edge_encoder.weight" in self:
            # Some messages of this length are cut at 10.
            scale = 6 if aggregation.get("kind") == "power" else 1
            self.linear(f"{name}.edge_encoder", self.options["channels"], width, scale)
        learnt = [("learnT", "t", 1), ("learnP", "p", 2), ("learnY", "y", 0),
                  ("learnMessageScale", "msg_norm.msg_scale", 1)]
        for option, value, centre in learnt:
            if aggregation.get(option):
                self[f"{name}.{value}"] = centre + 0.3 * self.draw.standard_normal(1)

    def gat(self, name, inputs, outputs, heads=None):
        attention = self.options.get("attention", {})
        heads = heads or attention.get("heads", 1)
        self.linear(f"{name}.fc", inputs, outputs, bias=False)
        for vectors in ["attn_l", "attn_r"] if attention.get("destination") else ["attn_l"]:
            self[f"{name}.{vectors}"] = self.draw.standard_normal((1, heads, outputs // heads))
        if attention.get("residual"):
            self.linear(f"{name}.res_fc", inputs, outputs, bias=False)

    def rev_gat(self, features):
        channels = self.options["channels"]
        self.gat("convs.0", features + (TASKS if self.options.get("labels") else 0), channels)
        for block in block_names(self.options):
            self.norm(f"{block}.norm", self.width)
            self.gat(f"{block}.conv", self.width, self.width)
        self.norm("norm", channels)
        self.gat(f"convs.{self.options['layers'] - 1}", channels, TASKS, heads=1)
        self["bias_last.bias"] = 0.3 * self.draw.standard_normal(TASKS)


def train(arrays, start, case, dtype):
    """What some steps give, in `dtype`: each step's numbers, then the weights after it."""
    options = case["model"]
    tensor = lambda a: torch.tensor(a, dtype=dtype if a.dtype == np.float32 else None)
    inputs = {name: tensor(array) for name, array in arrays.items()}
    weights = {name: tensor(array) for name, array in start.items()}
    learned = {name: w.requires_grad_() for name, w in weights.items() if ".running_" not in name}
    make = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}[case["optimiser"]]
    optimizer = make(learned.values(), lr=case["learning_rate"])
    with torch.no_grad():
        results = {"evaluated": predict(options, weights, inputs)[0]}
    for step in range(1, case["steps"] + 1):
        logits, nodes = predict(options, weights, inputs, step)
        teacher = inputs["teacher"] if case.get("student") else None
        value = loss_of(logits, nodes, inputs, case["loss"], teacher)
        optimizer.zero_grad()
        value.backward()
        suffix = "" if step == 1 else f"_{step}"
        for stream, mask in enumerate([f"mask{suffix}", f"last_mask{suffix}"]):
            key = draws.key_of(step, stream)
            results[mask] = tensor(draws.dropout_mask(key, options["dropout"], NODES, CHANNELS))
        results |= {f"logits{suffix}": logits, f"loss{suffix}": value}
        if step == 1:
            results |= {f"grad.{name}": value.grad.clone() for name, value in learned.items()}
        norm = torch.nn.utils.clip_grad_norm_(learned.values(), case["clip"] or np.inf)
        results[f"grad_norm{suffix}"] = norm
        optimizer.step()
        results |= {f"after{suffix}.{name}": w.detach().clone() for name, w in weights.items()}
    return {name: value.detach().numpy() for name, value in results.items()}


def save(name, tensors, metadata):
    header, offset = {"__metadata__": metadata}, 0
    for tensor, array in tensors.items():
        kind = {"float32": "F32", "int32": "I32"}[str(array.dtype)]
        header[tensor] = dict(dtype=kind, shape=array.shape,
                              data_offsets=[offset, offset + array.nbytes])
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    data = b"".join(np.ascontiguousarray(array).tobytes() for array in tensors.values())
    path = pathlib.Path(__file__).parent / f"{name}.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def report(name, results, exact):
    """Prints how far float32 is from float64, relative to each tensor's largest element."""
    print(name, f"loss {results['loss']:.4f}, gradient norm {results['grad_norm']:.3f}")
    for kind in ["evaluated", "logits", "loss", "grad.", "after.", "logits_2", "loss_2",
                 "after_2."]:
        errors = {key: np.abs(results[key] - exact[key]).max() / np.abs(exact[key]).max()
                  for key in results if key == kind or kind[-1] == "." and key.startswith(kind)}
        if errors:
            worst = max(errors, key=errors.get)
            print(f"  {kind:9}{errors[worst]:.1e} {worst}")


def case_of(kind="rev-gnn", loss="bce", learning_rate=1e-2, optimiser="adam", clip=1, steps=2,
            student=False, seed=DATA_SEED, **options):
    shape = dict(layers=3, channels=CHANNELS, groups=1 if kind == "res-gnn" else 2, dropout=0.2)
    return dict(model=dict(kind=kind, **{**shape, **options}), loss=loss, student=student,
                learning_rate=learning_rate, optimiser=optimiser, clip=clip, steps=steps, seed=seed)


def make_alone(name, species=False, **options):
    """A file of one model, every tensor under its name."""
    case = case_of(**options)
    draw = np.random.default_rng(DATA_SEED)
    arrays = make_graph(draw, species)
    start = Weights(draw, case["model"], arrays)
    results = train(arrays, start, case, torch.float32)
    report(name, results, train(arrays, start, case, torch.float64))
    model = case["model"]
    shape = {key: model.pop(key) for key in ["layers", "channels", "groups"]}
    metadata = dict(model=model.pop("kind"), **shape, tasks=TASKS, dropout=model.pop("dropout"),
                    seed=draws.SEED, learning_rate=case["learning_rate"],
                    clip=float(case["clip"]), **model)
    save(name, {**arrays, **start, **results}, {key: str(value) for key, value in metadata.items()})


def make_shared(name, cases, classes=False):
    """A file of several models of one graph, the weights of each one after the other in a line."""
    arrays = make_graph(np.random.default_rng(DATA_SEED), classes=classes)
    tensors = dict(arrays)
    for title, case in cases.items():
        start = Weights(np.random.default_rng(case["seed"]), case["model"], arrays)
        results = train(arrays, start, case, torch.float32)
        report(f"{name}: {title}", results, train(arrays, start, case, torch.float64))
        learned = sorted(key for key in start if ".running_" not in key)
        last = "" if case["steps"] == 1 else f"_{case['steps']}"
        line = lambda values: np.concatenate([value.ravel() for value in values])
        tensors |= {
            f"{title}/evaluated": results["evaluated"],
            f"{title}/logits": results["logits"],
            f"{title}/loss": line(results[key] for key in ["loss", "loss_2"] if key in results),
            f"{title}/start": line(start[key] for key in sorted(start)),
            f"{title}/grad": line(results[f"grad.{key}"] for key in learned),
            f"{title}/after": line(results[f"after{last}.{key}"] for key in sorted(start)),
        }
    save(name, tensors, {"seed": str(draws.SEED), "cases": json.dumps(cases)})


ALONE = {
    "rev_gnn_2_groups": dict(),
    "rev_gnn_4_groups": dict(groups=4),
    "rev_gnn_species": dict(species=True),
    "res_gnn": dict(kind="res-gnn"),
    "rev_gnn_gcn": dict(convolution="gcn"),
    "rev_gnn_sage": dict(convolution="sage"),
    "rev_gnn_batch_norm": dict(norm="batch"),
}


def gen(seed, kind, **options):
    return case_of(seed=seed, aggregation=dict(kind=kind, **options))


def gat(seed, kind="rev-gnn", **options):
    return case_of(kind, seed=seed, convolution="gat", attention=dict(heads=2, **options))


def batch_norms(seed, convolution):
    # What a second step's batch norms measure, biases move whose gradients are roundings of 0.
    return case_of(seed=seed, convolution=convolution, norm="batch", steps=1)


def rev_gat(seed, **options):
    attention = dict(heads=2, symmetric=True, residual=True, edgeDropout=0.3)
    paper = dict(layers=5, norm="batch", attention=attention, inputDropout=0.25, labels=True,
                 loss="log-epsilon", optimiser="rmsprop", learning_rate=2e-3, clip=0, steps=1)
    return case_of("rev-gat", seed=seed, **{**paper, **options})


# A case's first argument is its seed: of twenty tried, that of the weights whose gradients, and
# what they become, suffer least from roundings.
SHARED = {
    "aggregations": dict(cases={
        "add": gen(7, "add"),
        "mean": gen(16, "mean"),
        "softmax": gen(2, "softmax", learnT=True),
        "softmax_sg": gen(4, "softmax_sg", t=0.5),
        "softmax_sum": gen(14, "softmax_sum", learnT=True, learnY=True),
        "power": gen(17, "power", p=2, learnP=True),
        "power_sum": gen(5, "power_sum", p=2, learnP=True, learnY=True),
        "max with message norm": gen(9, "max", messageNorm=True, learnMessageScale=True),
        "softmax with message norm": gen(1, "softmax", learnT=True, messageNorm=True),
        "no edges encoded": case_of(seed=16, encodeEdges=False),
    }),
    "convolutions": dict(cases={
        "gat": gat(3, symmetric=True, residual=True),
        "gat with destinations": gat(15, destination=True),
        "gat with edge dropout": gat(15, symmetric=True, residual=True, edgeDropout=0.3),
        "gat in ResGNN": gat(13, "res-gnn", destination=True, edgeDropout=0.3),
        "gcn with batch norms": batch_norms(6, "gcn"),
        "sage with batch norms": batch_norms(10, "sage"),
        "linear": case_of(seed=18, convolution="linear"),
    }),
    "classes": dict(classes=True, cases={
        "cross entropy": case_of(seed=19, convolution="gcn", loss="cross-entropy"),
        "student": case_of(seed=5, convolution="gcn", loss="cross-entropy", student=True),
        "rev_gat": rev_gat(5),
        "rev_gat student": rev_gat(10, student=True),
        "rev_gat of 4 groups": rev_gat(11, groups=4, norm="layer", labels=False, optimiser="adam",
                                       steps=2, attention=dict(heads=2, destination=True)),
    }),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in sys.argv[1:] or [*ALONE, *SHARED]:
        make_alone(name, **ALONE[name]) if name in ALONE else make_shared(name, **SHARED[name])
