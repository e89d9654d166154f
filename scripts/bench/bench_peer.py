"""A peer of the bench: a RevGNN training step in plain PyTorch, as in the paper's public code.

Written from the published equations and hyper-parameters: pre-activation GEN blocks
(LayerNorm, ReLU, shared dropout, GENConv with max aggregation, two linear edge
encoders, 2-layer MLP with LayerNorm), C groups, reversible backward that first
inverts and then recomputes each layer (two forwards, one backward). Parameter names
are those of the public code's state dict.

`deno task bench` hands it graph and weights and asks for one step after another, in one of three
forms:

    published   reversible, gather, linear, scatter
    stored      the same, activations kept
    fastest     activations kept, both edge encoders as one, messages gathered as embeddings,
                whose gradient is added up on all cores, and a maximum over a dense axis, as all
                nodes have the same number of in-edges

Standard input: an unsigned 64-bit length, that many bytes of safetensors (`row_ptr`, `col_idx`,
`edge_features`, `x`, `one_hot`, `labels`, `train_nodes`, and the model's state dict; metadata
`layers`, `groups` and `learning_rate`); then a line of JSON, {"dropout": rate}, for each step.
Standard output: a line of JSON that names the libraries, then one of loss and milliseconds per step;
or one that names what is missing, or the error.

On Debian: apt-get install -y --no-install-recommends python3-torch libopenblas0
"""
import ctypes
import json
import os
import struct
import sys
import time

try:
    import numpy as np
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
except ModuleNotFoundError as error:
    print(json.dumps(dict(missing=error.name)))
    sys.exit()


class GENConv(nn.Module):
    def __init__(self, dim, edge_dim, mlp_layers=2, eps=1e-7):
        super().__init__()
        sizes = [dim] + [2 * dim] * (mlp_layers - 1) + [dim]
        mods = []
        for i in range(1, len(sizes)):
            mods.append(nn.Linear(sizes[i - 1], sizes[i]))
            if i < len(sizes) - 1:
                mods += [nn.LayerNorm(sizes[i]), nn.ReLU()]
        self.mlp = nn.Sequential(*mods)
        self.edge_encoder = nn.Linear(edge_dim, dim)
        self.eps = eps

    def forward(self, x, src, dst, edge_emb):
        if isinstance(edge_emb, tuple):  # the fastest form
            attr, weight, bias = edge_emb
            enc = F.linear(attr, self.edge_encoder.weight @ weight,
                           F.linear(bias, self.edge_encoder.weight, self.edge_encoder.bias))
            msg = F.relu(F.embedding(src, x) + enc) + self.eps
            agg = msg.view(x.shape[0], -1, x.shape[1]).max(1).values
        else:
            msg = F.relu(x[src] + self.edge_encoder(edge_emb)) + self.eps
            index = dst[:, None].expand(-1, x.shape[1])
            agg = torch.zeros_like(x).scatter_reduce(0, index, msg, "amax", include_self=False)
        return self.mlp(x + agg)


class Block(nn.Module):
    def __init__(self, dim, edge_dim):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.gcn = GENConv(dim, edge_dim)

    def forward(self, x, src, dst, edge_emb, mask):
        return self.gcn(F.relu(self.norm(x)) * mask, src, dst, edge_emb)


class GroupAdditiveCoupling(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.Fms = nn.ModuleList(blocks)

    def forward(self, x, src, dst, edge_emb, mask):
        xs, ms = x.chunk(len(self.Fms), -1), mask.chunk(len(self.Fms), -1)
        y, ys = sum(xs[1:]), []
        for f, xi, mi in zip(self.Fms, xs, ms):
            y = xi + f(y, src, dst, edge_emb, mi)
            ys.append(y)
        return torch.cat(ys, -1)

    def inverse(self, y, src, dst, edge_emb, mask):
        ys, ms = y.chunk(len(self.Fms), -1), mask.chunk(len(self.Fms), -1)
        xs = [None] * len(self.Fms)
        for i in range(len(self.Fms) - 1, -1, -1):
            y_in = ys[i - 1] if i else sum(xs[1:])
            xs[i] = ys[i] - self.Fms[i](y_in, src, dst, edge_emb, ms[i])
        return torch.cat(xs, -1)


class Layer(nn.Module):
    def __init__(self, coupling):
        super().__init__()
        self._fn = coupling


class Reversible(torch.autograd.Function):
    @staticmethod
    def forward(ctx, layers, src, dst, mask, x, edge_emb, *params):
        ctx.layers, ctx.aux, ctx.edge_emb = layers, (src, dst, mask), edge_emb
        with torch.no_grad():
            for layer in layers:
                x = layer._fn(x, src, dst, edge_emb, mask)
        ctx.y = x
        return x

    @staticmethod
    def backward(ctx, grad):
        src, dst, mask = ctx.aux
        y, edge_grad, grads = ctx.y, None, []
        for layer in reversed(ctx.layers):
            ps = list(layer.parameters())
            with torch.no_grad():
                x = layer._fn.inverse(y, src, dst, ctx.edge_emb, mask)
            with torch.enable_grad():
                xin = x.detach().requires_grad_()
                emb = ctx.edge_emb.detach().requires_grad_()
                out = layer._fn(xin, src, dst, emb, mask)
                gs = torch.autograd.grad(out, [xin, emb] + ps, grad)
            grad, y = gs[0], x
            edge_grad = gs[1] if edge_grad is None else edge_grad + gs[1]
            grads = list(gs[2:]) + grads
        return (None, None, None, None, grad, edge_grad, *grads)


class RevGNN(nn.Module):
    def __init__(self, form, layers, hidden, groups, features, categories, edge_features, tasks):
        super().__init__()
        dim = hidden // groups
        self.node_one_hot_encoder = nn.Linear(categories, categories)
        self.node_features_encoder = nn.Linear(features + categories, hidden)
        self.edge_encoder = nn.Linear(edge_features, hidden)
        self.gcns = nn.ModuleList(
            Layer(GroupAdditiveCoupling(Block(dim, hidden) for _ in range(groups)))
            for _ in range(layers))
        self.last_norm = nn.LayerNorm(hidden)
        self.node_pred_linear = nn.Linear(hidden, tasks)
        self.form = form

    def forward(self, feat, onehot, src, dst, edge_attr, mask, last_mask):
        h = self.node_features_encoder(torch.cat([feat, self.node_one_hot_encoder(onehot)], 1))
        emb = self.edge_encoder(edge_attr)
        if self.form == "fastest":
            emb = (edge_attr, self.edge_encoder.weight, self.edge_encoder.bias)
        if self.form == "published":
            params = [p for layer in self.gcns for p in layer.parameters()]
            h = Reversible.apply(self.gcns, src, dst, mask, h, emb, *params)
        else:
            for layer in self.gcns:
                h = layer._fn(h, src, dst, emb, mask)
        return self.node_pred_linear(F.relu(self.last_norm(h)) * last_mask)


def read_tensors(source):
    """Reads a safetensors file that follows its length: arrays by name, and the metadata's strings."""
    length, = struct.unpack("<Q", source.read(8))
    data = source.read(length)
    size, = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + size])
    settings = header.pop("__metadata__")
    kinds = {"F32": np.float32, "U32": np.uint32}
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + size + at for at in entry["data_offsets"])
        array = np.frombuffer(data, kinds[entry["dtype"]], (end - begin) // 4, begin)
        array = array.astype(np.int64) if entry["dtype"] == "U32" else array.copy()
        tensors[name] = torch.from_numpy(array).reshape(entry["shape"])
    return tensors, settings


def blas():
    """The library of matrix products and its threads, or None if it is not a fast one."""
    if torch.backends.mkl.is_available():
        return f"MKL on {torch.get_num_threads()}"
    torch.mm(torch.ones(2, 2), torch.ones(2, 2))
    paths = {line.split()[-1] for line in open("/proc/self/maps") if "blas" in line.rsplit("/", 1)[-1]}
    for path in paths:
        if "openblas" in path.rsplit("/", 1)[-1]:
            library = ctypes.CDLL(path)
            library.openblas_set_num_threads(torch.get_num_threads())
            return f"OpenBLAS on {library.openblas_get_num_threads()}"
    return None


def step_of(form, tensors, settings):
    """Returns a function that takes one training step with dropout at a rate and returns its loss."""
    edges, x, one_hot = tensors.pop("edge_features"), tensors.pop("x"), tensors.pop("one_hot")
    labels, train = tensors.pop("labels"), tensors.pop("train_nodes")
    row_ptr, src = tensors.pop("row_ptr"), tensors.pop("col_idx")
    nodes, hidden = x.shape[0], tensors["last_norm.weight"].shape[0]
    dst = torch.arange(nodes).repeat_interleave(row_ptr.diff())
    sizes = (x.shape[1], one_hot.shape[1], edges.shape[1], labels.shape[1])
    model = RevGNN(form, int(settings["layers"]), hidden, int(settings["groups"]), *sizes)
    model.load_state_dict(tensors)
    optimiser = torch.optim.Adam(model.parameters(), lr=float(settings["learning_rate"]))

    def draw_mask(rate):
        return torch.empty(nodes, hidden).bernoulli_(1 - rate).div_(1 - rate)

    def step(rate):
        optimiser.zero_grad()
        masks = draw_mask(rate), draw_mask(rate)
        logits = model(x, one_hot, src, dst, edges, *masks)
        loss = F.binary_cross_entropy_with_logits(logits[train], labels[train])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        return loss.item()
    return step


def main():
    torch.manual_seed(0)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    products = blas()
    if products is None:
        return tell(missing="OpenBLAS")
    step = step_of(sys.argv[1], *read_tensors(sys.stdin.buffer))
    threads = torch.get_num_threads()
    tell(libraries=f"PyTorch {torch.__version__} on {threads} threads, {products}")
    for line in sys.stdin.buffer:
        start = time.perf_counter()
        loss = step(json.loads(line)["dropout"])
        tell(loss=loss, milliseconds=1e3 * (time.perf_counter() - start))


def tell(**answer):
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        tell(error=f"{type(error).__name__}: {error}")
