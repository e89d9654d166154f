"""Goldens: training steps of small models by public PyTorch operations, in float32. README.md lists
what a file holds; it is made again by its name, or all are without one. All is drawn by numpy."""
import json
import pathlib
import struct
import sys

import numpy as np
import torch

import draws
from operators import TOLD, Run, block_names, loss_of, predict

NODES, EDGES, EDGE_FEATURES, FEATURES, TASKS, CHANNELS = 40, 160, 8, 12, 5, 16
ISOLATED, LOOPED, SOURCE_ONLY = 11, 5, 23
# How far numbers stay from kinks, where one program's roundings take the other side than another's: five
# hundred roundings of numbers near 1, and a hundred times what an equilibrium is solved to. What comes
# nearer is drawn again.
MARGIN, MARGIN_OF_EQUILIBRIUM = 3e-5, 1e-4
# How far float32 may be from float64, a tenth of what models are held to: learned exponents are single
# numbers, whose gradients can be what is left of much larger ones.
LARGEST_ERROR = 1e-5
# A bias in front of a batch norm has no gradient but roundings.
NO_GRADIENT = 1e-12
MOST_DRAWS = 100
GRAPH_SEED = 1


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
        features += TASKS if options.get("labels") else 0
        if options["kind"] == "rev-gat":
            self.rev_gat(features)
        elif options["kind"] == "deq-gnn":
            self.deq_gnn(features)
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
        for block in dict.fromkeys(block_names(self.options)):
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
        learned = [("learnT", "t", 1), ("learnP", "p", 2), ("learnY", "y", 0),
                  ("learnMessageScale", "msg_norm.msg_scale", 1)]
        for option, value, centre in learned:
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

    def deq_gnn(self, features):
        channels = self.options["channels"]
        self.linear("node_features_encoder", features, channels)
        inputs = 2 * channels if self.options["convolution"] == "sage" else channels
        # The state's own convolution is small, so that the cell contracts.
        for number, scale in [(1, 0.1), (2, 1)]:
            self.linear(f"deq.gcn{number}.lin", inputs, channels, scale)
            self.norm(f"deq.norm{number}", channels)
        self.linear("node_pred_linear", channels, TASKS, scale=6)

    def rev_gat(self, features):
        channels = self.options["channels"]
        if self.options.get("inputNorm"):
            self.norm("input_norm", features)
        self.gat("convs.0", features, channels)
        for block in block_names(self.options):
            self.norm(f"{block}.norm", self.width)
            self.gat(f"{block}.conv", self.width, self.width)
        self.norm("norm", channels)
        self.gat(f"convs.{self.options['layers'] - 1}", channels, TASKS, heads=1)
        self["bias_last.bias"] = 0.3 * self.draw.standard_normal(TASKS)


def train(arrays, start, case, dtype, followed=None):
    """What some steps give, in `dtype`: each step's numbers, then the weights after it. Followed
    results are those whose weights every later step starts from."""
    options = case["model"]
    tensor = lambda a: torch.tensor(a, dtype=dtype if a.dtype == np.float32 else None)
    inputs = {name: tensor(array) for name, array in arrays.items()}
    weights = {name: tensor(array) for name, array in start.items()}
    learned = {name: w.requires_grad_() for name, w in weights.items() if ".running_" not in name}
    make = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}[case["optimiser"]]
    told = TOLD | case.get("training", {})
    optimizer = make(learned.values(), lr=case["learning_rate"], weight_decay=told["weightDecay"])
    with torch.no_grad():
        results = {"evaluated": predict(options, weights, inputs)[0]}
    for step in range(1, case["steps"] + 1):
        logits, nodes = predict(options, weights, inputs, step, told["maskRate"])
        teacher = inputs["teacher"] if case.get("student") else None
        value = loss_of(logits, nodes, inputs, case["loss"], teacher, told)
        optimizer.zero_grad()
        value.backward()
        suffix = "" if step == 1 else f"_{step}"
        results |= {f"logits{suffix}": logits, f"loss{suffix}": value}
        results |= {f"grad{suffix}.{name}": w.grad.clone() for name, w in learned.items()}
        norm = torch.nn.utils.clip_grad_norm_(learned.values(), case["clip"] or np.inf)
        results[f"grad_norm{suffix}"] = norm
        optimizer.step()
        if followed:
            for name, w in weights.items():
                w.data.copy_(torch.tensor(followed[f"after{suffix}.{name}"]))
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


def largest_error(results, exact):
    """How far float32 is from float64, relative to each tensor's largest element."""
    compared = [key for key, values in exact.items() if np.abs(values).max() > NO_GRADIENT]
    return max(np.abs(results[key] - exact[key]).max() / np.abs(exact[key]).max()
               for key in compared)


def case_of(kind="rev-gnn", loss="bce", learning_rate=1e-2, optimiser="adam", clip=1, steps=2,
            student=False, training=None, **options):
    groups = 1 if kind in ("res-gnn", "deq-gnn") else 2
    shape = dict(layers=3, channels=CHANNELS, groups=groups, dropout=0.2)
    told = dict(training=training) if training else {}
    return dict(model=dict(kind=kind, **{**shape, **options}), loss=loss, student=student,
                learning_rate=learning_rate, optimiser=optimiser, clip=clip, steps=steps, **told)


def draw_and_train(name, case, arrays):
    """Weights by the first seed with which float32 can be held to float64, and what training gives."""
    margin = MARGIN_OF_EQUILIBRIUM if case["model"]["kind"] == "deq-gnn" else MARGIN
    for seed in range(MOST_DRAWS):
        start = Weights(np.random.default_rng(seed), case["model"], arrays)
        Run.margin = np.inf
        results = train(arrays, start, case, torch.float32)
        exact = train(arrays, start, case, torch.float64, followed=results)
        error = largest_error(results, exact)
        if Run.margin >= margin and error <= LARGEST_ERROR:
            print(f"{name}: draw {seed}, {Run.margin:.1e} from kinks, float32 off by {error:.1e},",
                  f"loss {results['loss']:.2f}, gradient norm {results['grad_norm']:.2f}")
            return start, results
    raise AssertionError(f"{name}: none of {MOST_DRAWS} draws can be held to float64")


def make_alone(name, species=False, **options):
    """A file of one model, every tensor under its name."""
    case = case_of(**options)
    arrays = make_graph(np.random.default_rng(GRAPH_SEED), species)
    start, results = draw_and_train(name, case, arrays)
    model = case["model"]
    shape = {key: model.pop(key) for key in ["layers", "channels", "groups"]}
    metadata = dict(model=model.pop("kind"), **shape, tasks=TASKS, dropout=model.pop("dropout"),
                    seed=draws.SEED, learning_rate=case["learning_rate"],
                    clip=float(case["clip"]), **model)
    save(name, {**arrays, **start, **results}, {key: str(value) for key, value in metadata.items()})


def make_shared(name, cases, classes=False):
    """A file of several models of one graph, the weights of each one after the other in a line."""
    arrays = make_graph(np.random.default_rng(GRAPH_SEED), classes=classes)
    tensors = dict(arrays)
    for title, case in cases.items():
        start, results = draw_and_train(f"{name}: {title}", case, arrays)
        learned = sorted(key for key in start if ".running_" not in key)
        suffixes = ["", "_2", "_3"][:case["steps"]]
        line = lambda values: np.concatenate([value.ravel() for value in values])
        tensors |= {
            f"{title}/evaluated": results["evaluated"],
            f"{title}/loss": line(results[f"loss{end}"] for end in suffixes),
            f"{title}/start": line(start[key] for key in sorted(start)),
        }
        for end in suffixes:
            tensors |= {
                f"{title}/logits{end}": results[f"logits{end}"],
                f"{title}/grad{end}": line(results[f"grad{end}.{key}"] for key in learned),
                f"{title}/after{end}": line(results[f"after{end}.{key}"] for key in sorted(start)),
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


def gen(kind, **options):
    return case_of(aggregation=dict(kind=kind, **options))


def gat(kind="rev-gnn", **options):
    return case_of(kind, convolution="gat", attention=dict(heads=2, **options))


def deq_gnn(convolution, **options):
    solved = dict(tolerance=1e-6, maxSteps=100)
    return case_of("deq-gnn", convolution=convolution, layers=1, equilibrium=solved, **options)


def rev_gat(**options):
    attention = dict(heads=2, symmetric=True, residual=True, edgeDropout=0.3)
    paper = dict(layers=5, norm="batch", attention=attention, inputDropout=0.25, labels=True,
                 loss="log-epsilon", optimiser="rmsprop", learning_rate=2e-3, clip=0, steps=1)
    return case_of("rev-gat", **{**paper, **options})


SHARED = {
    "aggregations": dict(cases={
        "add": gen("add"),
        "mean": gen("mean"),
        "softmax": gen("softmax", learnT=True),
        "softmax_sg": gen("softmax_sg", t=0.5),
        "softmax_sum": gen("softmax_sum", learnT=True, learnY=True),
        "power": gen("power", p=2, learnP=True),
        "power_sum": gen("power_sum", p=2, learnP=True, learnY=True),
        "max with message norm": gen("max", messageNorm=True, learnMessageScale=True),
        "softmax with message norm": gen("softmax", learnT=True, messageNorm=True),
        "no edges encoded": case_of(encodeEdges=False),
    }),
    "convolutions": dict(cases={
        "gat": gat(symmetric=True, residual=True),
        "gat with destinations": gat(destination=True),
        "gat with edge dropout": gat(symmetric=True, residual=True, edgeDropout=0.3),
        "gat in ResGNN": gat("res-gnn", destination=True, edgeDropout=0.3),
        "gcn with batch norms": case_of(convolution="gcn", norm="batch"),
        "sage with batch norms": case_of(convolution="sage", norm="batch"),
        "linear": case_of(convolution="linear"),
    }),
    "tied": dict(cases={
        "ResGNN": case_of("res-gnn", layers=5, tied=True),
        "RevGNN": case_of(layers=5, tied=True),
        "GAT in ResGNN": case_of("res-gnn", layers=5, tied=True, convolution="gat",
                                 attention=dict(heads=2, edgeDropout=0.3)),
        "batch norms": case_of(layers=5, tied=True, norm="batch"),
    }),
    "equilibrium": dict(cases={"gcn": deq_gnn("gcn"), "sage": deq_gnn("sage")}),
    "labels": dict(cases={
        "RevGNN": case_of(convolution="gcn", labels=True, labelIterations=0),
        "RevGNN of guesses": case_of(convolution="gcn", labels=True),
        "ResGNN of guesses, batch norms": case_of("res-gnn", convolution="sage", norm="batch",
                                                  labels=True, labelIterations=2),
        "DEQ-GNN": deq_gnn("gcn", labels=True, labelIterations=0),
    }),
    "classes": dict(classes=True, cases={
        "cross entropy": case_of(convolution="gcn", loss="cross-entropy"),
        "student": case_of(convolution="gcn", loss="cross-entropy", student=True),
        "rev_gat": rev_gat(),
        "rev_gat student": rev_gat(student=True),
        "rev_gat of 4 groups": rev_gat(groups=4, norm="layer", labels=False, optimiser="adam",
                                       steps=2, attention=dict(heads=2, destination=True)),
    }),
    "rev_gat_switches": dict(classes=True, cases={
        "all": rev_gat(steps=3, student=True, inputNorm=True, labelIterations=2,
                       attention=dict(heads=2, symmetric=True, residual=True, destination=True,
                                      edgeDropout=0.3),
                       training=dict(teacherShare=0.6, temperature=1.3, labelSmoothing=0.1,
                                     maskRate=0.3, weightDecay=0.05)),
        "two layers": rev_gat(layers=2, steps=3, inputNorm=True, labelIterations=0,
                              training=dict(labelSmoothing=0.02, weightDecay=0.05)),
    }),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in sys.argv[1:] or [*ALONE, *SHARED]:
        make_alone(name, **ALONE[name]) if name in ALONE else make_shared(name, **SHARED[name])
