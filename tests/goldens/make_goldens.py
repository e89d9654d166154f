"""Goldens: two training steps of small models by public PyTorch operations, activations stored.

The equations and parameter names are the paper's and its public code's; README.md lists what a
file holds. Everything is drawn by numpy, dropout masks by the generator of this project's kernels.
"""
import json
import pathlib
import struct

import numpy as np
import torch
import torch.nn.functional as F

NODES, EDGES, EDGE_FEATURES, TASKS, LAYERS, CHANNELS = 40, 160, 8, 5, 3, 16
ISOLATED, LOOPED, SOURCE_ONLY = 11, 5, 23
DROPOUT, SEED, STEPS, LEARNING_RATE, CLIP = 0.2, 7, 2, 1e-2, 1.0
MESSAGE_EPSILON, NORM_EPSILON = 1e-7, 1e-5
# Of ten tried, the draw whose weights after Adam suffer least from roundings of small gradients.
DATA_SEED = 13
HERE = pathlib.Path(__file__).parent


def pcg(v):
    s = v * np.uint32(747796405) + np.uint32(2891336453)
    w = ((s >> ((s >> np.uint32(28)) + np.uint32(4))) ^ s) * np.uint32(277803737)
    return (w >> np.uint32(22)) ^ w


def dropout_mask(step, stream):
    one = lambda value: np.array([value], np.uint32)
    key = pcg(one(stream) + pcg(one(step) + pcg(one(SEED))))
    node = np.arange(NODES, dtype=np.uint32)[:, None]
    channel = np.arange(CHANNELS, dtype=np.uint32)[None, :]
    kept = pcg(channel + pcg(node + key)) >= np.uint32(int(DROPOUT * 2**32))
    return kept.astype(np.float32) * np.float32(1 / (1 - DROPOUT))


def make_graph(draw):
    """In-edges in rows, by target and then source."""
    sources = [n for n in range(NODES) if n != ISOLATED]
    targets = [n for n in sources if n != SOURCE_ONLY]
    pairs = {(t, s) for t, s in zip(draw.choice(targets, EDGES), draw.choice(sources, EDGES))
             if t != s}
    edges = sorted(pairs | {(LOOPED, LOOPED), (0, SOURCE_ONLY)})
    edges = sorted(edges + [edges[30]])
    target, source = np.array(edges, np.int32).T
    row_ptr = np.searchsorted(target, np.arange(NODES + 1)).astype(np.int32)
    edge_features = draw.random((len(edges), EDGE_FEATURES), np.float32)
    return dict(row_ptr=row_ptr, col_idx=source, edge_features=edge_features)


def make_weights(draw, groups, features, species, convolution, batch_norm):
    width = CHANNELS // groups
    weights = {}

    def linear(name, inputs, outputs, scale=1):
        values = draw.standard_normal((outputs, inputs))
        weights[f"{name}.weight"] = scale / np.sqrt(inputs) * values
        weights[f"{name}.bias"] = 0.3 * draw.standard_normal(outputs)

    def norm(name, channels):
        weights[f"{name}.weight"] = 1 + 0.3 * draw.standard_normal(channels)
        weights[f"{name}.bias"] = 0.3 * draw.standard_normal(channels)
        if batch_norm:
            weights[f"{name}.running_mean"] = 0.3 * draw.standard_normal(channels)
            weights[f"{name}.running_var"] = 0.5 + draw.random(channels)

    if species:
        linear("node_one_hot_encoder", 8, 8)
    linear("node_features_encoder", features, CHANNELS)
    if convolution == "gen":
        linear("edge_encoder", EDGE_FEATURES, CHANNELS)
    for block in block_names(groups):
        norm(f"{block}.norm", width)
        if convolution != "gen":
            linear(f"{block}.gcn.lin", width if convolution == "gcn" else 2 * width, width)
            continue
        linear(f"{block}.gcn.mlp.0", width, 2 * width)
        norm(f"{block}.gcn.mlp.1", 2 * width)
        linear(f"{block}.gcn.mlp.3", 2 * width, width)
        linear(f"{block}.gcn.edge_encoder", CHANNELS, width)
    norm("last_norm", CHANNELS)
    # Logits this large make the gradient's norm exceed CLIP.
    linear("node_pred_linear", CHANNELS, TASKS, scale=6)
    return {name: value.astype(np.float32) for name, value in weights.items()}


def block_names(groups):
    if groups == 1:
        return [f"gcns.{layer}" for layer in range(LAYERS)]
    return [f"gcns.{layer}._fn.Fms.{group}" for layer in range(LAYERS) for group in range(groups)]


def linear(weights, name, x):
    return F.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def norm(weights, name, x):
    """Batch norm where there are running statistics, which training moves."""
    weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    if f"{name}.running_mean" not in weights:
        return F.layer_norm(x, (x.shape[1],), weight, bias, NORM_EPSILON)
    running = weights[f"{name}.running_mean"], weights[f"{name}.running_var"]
    return F.batch_norm(x, *running, weight, bias, torch.is_grad_enabled(), eps=NORM_EPSILON)


def gen_conv(weights, name, x, edges):
    source, target, encoded = edges
    message = F.relu(x[source] + linear(weights, f"{name}.edge_encoder", encoded)) + MESSAGE_EPSILON
    index = target[:, None].expand_as(message)
    # PyTorch's amax shares a gradient among ties: messages of zero gradient apart, there are none.
    best = torch.zeros_like(x).scatter_reduce(0, index, message, "amax", include_self=False)
    winners = torch.zeros_like(x).scatter_add(0, index, (message == best[target]).to(x.dtype))
    assert not ((winners > 1) & (best > MESSAGE_EPSILON)).any()
    hidden = norm(weights, f"{name}.mlp.1", linear(weights, f"{name}.mlp.0", x + best))
    return linear(weights, f"{name}.mlp.3", F.relu(hidden))


def adjacency(source, target, dtype):
    """[target, source]: how many edges."""
    counts = torch.zeros(NODES * NODES, dtype=dtype)
    return counts.index_add(0, target * NODES + source, torch.ones(len(source), dtype=dtype)) \
        .view(NODES, NODES)


def gcn_conv(weights, name, x, edges):
    counts = adjacency(*edges, x.dtype).fill_diagonal_(1)
    degrees = counts.sum(1)
    return linear(weights, f"{name}.lin", counts / (degrees[:, None] * degrees).sqrt() @ x)


def sage_conv(weights, name, x, edges):
    counts = adjacency(*edges, x.dtype)
    mean = counts / counts.sum(1, keepdim=True).clamp(min=1) @ x
    return linear(weights, f"{name}.lin", torch.cat([x, mean], 1))


def forward(weights, inputs, groups, convolution, mask, last_mask):
    source = inputs["col_idx"].long()
    target = torch.repeat_interleave(torch.arange(NODES), inputs["row_ptr"].diff().long())
    features = inputs["x"]
    if "one_hot" in inputs:
        species = linear(weights, "node_one_hot_encoder", inputs["one_hot"])
        features = torch.cat([features, species], 1)
    h = linear(weights, "node_features_encoder", features)
    edges = source, target
    if convolution == "gen":
        edges += linear(weights, "edge_encoder", inputs["edge_features"]),
    convolve = {"gen": gen_conv, "gcn": gcn_conv, "sage": sage_conv}[convolution]
    blocks = iter(block_names(groups))
    for _ in range(LAYERS):
        parts = h.chunk(groups, 1)
        y = sum(parts[1:]) if groups > 1 else h
        outputs = []
        for part, part_mask in zip(parts, mask.chunk(groups, 1)):
            block = next(blocks)
            dropped = F.relu(norm(weights, f"{block}.norm", y)) * part_mask
            y = part + convolve(weights, f"{block}.gcn", dropped, edges)
            outputs.append(y)
        h = torch.cat(outputs, 1)
    return linear(weights, "node_pred_linear", F.relu(norm(weights, "last_norm", h)) * last_mask)


def train(arrays, start, groups, convolution, dtype):
    """What two steps give, in `dtype`: each step's numbers, then the weights after it."""
    tensor = lambda a: torch.tensor(a, dtype=dtype if a.dtype == np.float32 else None)
    inputs = {name: tensor(array) for name, array in arrays.items()}
    weights = {name: tensor(array) for name, array in start.items()}
    learned = {name: w.requires_grad_() for name, w in weights.items() if ".running_" not in name}
    optimizer = torch.optim.Adam(learned.values(), lr=LEARNING_RATE)
    nodes = inputs["train_nodes"].long()
    ones = torch.ones(NODES, CHANNELS, dtype=dtype)
    with torch.no_grad():
        results = {"evaluated": forward(weights, inputs, groups, convolution, ones, ones)}
    for step in range(1, STEPS + 1):
        masks = [tensor(dropout_mask(step, stream)) for stream in range(2)]
        logits = forward(weights, inputs, groups, convolution, *masks)
        loss = F.binary_cross_entropy_with_logits(logits[nodes], inputs["labels"][nodes])
        optimizer.zero_grad()
        loss.backward()
        suffix = "" if step == 1 else f"_{step}"
        results |= {f"mask{suffix}": masks[0], f"last_mask{suffix}": masks[1],
                    f"logits{suffix}": logits, f"loss{suffix}": loss}
        if step == 1:
            results |= {f"grad.{name}": value.grad.clone() for name, value in learned.items()}
        results[f"grad_norm{suffix}"] = torch.nn.utils.clip_grad_norm_(learned.values(), CLIP)
        optimizer.step()
        results |= {f"after{suffix}.{name}": w.detach().clone() for name, w in weights.items()}
    return {name: value.detach().numpy() for name, value in results.items()}


def save(path, tensors, metadata):
    header, offset = {"__metadata__": metadata}, 0
    for name, array in tensors.items():
        kind = {"float32": "F32", "int32": "I32"}[str(array.dtype)]
        header[name] = dict(dtype=kind, shape=array.shape,
                            data_offsets=[offset, offset + array.nbytes])
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    data = b"".join(np.ascontiguousarray(array).tobytes() for array in tensors.values())
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def make(name, groups, species=False, convolution="gen", batch_norm=False):
    draw = np.random.default_rng(DATA_SEED)
    arrays = make_graph(draw)
    if species:
        sums = [arrays["edge_features"][a:b].sum(0)
                for a, b in zip(arrays["row_ptr"], arrays["row_ptr"][1:])]
        arrays["x"] = np.stack(sums).astype(np.float32)
        arrays["one_hot"] = np.eye(8, dtype=np.float32)[draw.integers(0, 8, NODES)]
    else:
        arrays["x"] = draw.standard_normal((NODES, 12), np.float32)
    arrays["labels"] = (draw.random((NODES, TASKS)) < 0.3).astype(np.float32)
    arrays["train_nodes"] = np.sort(draw.permutation(NODES)[:24]).astype(np.int32)
    weights = make_weights(draw, groups, 16 if species else 12, species, convolution, batch_norm)
    results = train(arrays, weights, groups, convolution, torch.float32)
    exact = train(arrays, weights, groups, convolution, torch.float64)
    metadata = dict(model="rev-gnn" if groups > 1 else "res-gnn", layers=LAYERS, channels=CHANNELS,
                    groups=groups, tasks=TASKS, dropout=DROPOUT, seed=SEED,
                    learning_rate=LEARNING_RATE, clip=CLIP)
    if convolution != "gen":
        metadata["convolution"] = convolution
    if batch_norm:
        metadata["norm"] = "batch"
    save(HERE / f"{name}.safetensors", {**arrays, **weights, **results},
         {key: str(value) for key, value in metadata.items()})
    report(name, results, exact)


def report(name, results, exact):
    """Prints how far float32 is from float64, relative to each tensor's largest element."""
    print(name, f"loss {results['loss']:.4f}, gradient norm {results['grad_norm']:.3f}")
    for kind in ["logits", "loss", "grad.", "after.", "logits_2", "loss_2", "after_2."]:
        errors = {key: np.abs(results[key] - exact[key]).max() / np.abs(exact[key]).max()
                  for key in results if key == kind or kind[-1] == "." and key.startswith(kind)}
        worst = max(errors, key=errors.get)
        print(f"  {kind:9}{errors[worst]:.1e} {worst}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    make("rev_gnn_2_groups", groups=2)
    make("rev_gnn_4_groups", groups=4)
    make("rev_gnn_species", groups=2, species=True)
    make("res_gnn", groups=1)
    make("rev_gnn_gcn", groups=2, convolution="gcn")
    make("rev_gnn_sage", groups=2, convolution="sage")
    make("rev_gnn_batch_norm", groups=2, batch_norm=True)
