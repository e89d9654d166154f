"""RevGNN training step in plain PyTorch, the way the paper's public code does it.

Written from the published equations and hyper-parameters: pre-activation GEN blocks
(LayerNorm, ReLU, shared dropout, GENConv with max aggregation, two linear edge
encoders, 2-layer MLP with LayerNorm), C groups, reversible backward that first
inverts and then recomputes each layer (two forwards, one backward). Parameter names
are those of the public code's state dict.

The peer of `deno task bench`. On Debian: apt-get install -y --no-install-recommends python3-torch
    /usr/bin/python3 scripts/bench_peer.py --layers 2 --steps 3
"""
import argparse
import json
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


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
        if isinstance(edge_emb, tuple):  # tuned: both encoders as one, max over a dense third axis
            attr, weight, bias = edge_emb
            enc = F.linear(attr, self.edge_encoder.weight @ weight,
                           F.linear(bias, self.edge_encoder.weight, self.edge_encoder.bias))
            msg = F.relu(x[src] + enc) + self.eps
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
    def __init__(self, layers, hidden, groups, tasks, reversible=True, tuned=False):
        super().__init__()
        dim = hidden // groups
        self.node_one_hot_encoder = nn.Linear(8, 8)
        self.node_features_encoder = nn.Linear(16, hidden)
        self.edge_encoder = nn.Linear(8, hidden)
        self.gcns = nn.ModuleList(
            Layer(GroupAdditiveCoupling(Block(dim, hidden) for _ in range(groups)))
            for _ in range(layers))
        self.last_norm = nn.LayerNorm(hidden)
        self.node_pred_linear = nn.Linear(hidden, tasks)
        self.reversible, self.tuned = reversible, tuned

    def forward(self, feat, onehot, src, dst, edge_attr, mask, last_mask):
        h = self.node_features_encoder(torch.cat([feat, self.node_one_hot_encoder(onehot)], 1))
        emb = self.edge_encoder(edge_attr)
        if self.tuned:
            emb = (edge_attr, self.edge_encoder.weight, self.edge_encoder.bias)
        if self.reversible:
            params = [p for layer in self.gcns for p in layer.parameters()]
            h = Reversible.apply(self.gcns, src, dst, mask, h, emb, *params)
        else:
            for layer in self.gcns:
                h = layer._fn(h, src, dst, emb, mask)
        return self.node_pred_linear(F.relu(self.last_norm(h)) * last_mask)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--nodes", type=int, default=13253)
    a.add_argument("--degree", type=int, default=60)
    a.add_argument("--layers", type=int, default=3)
    a.add_argument("--hidden", type=int, default=80)
    a.add_argument("--groups", type=int, default=2)
    a.add_argument("--tasks", type=int, default=112)
    a.add_argument("--dropout", type=float, default=0.1)
    a.add_argument("--steps", type=int, default=3)
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--seed", type=int, default=0)
    a.add_argument("--device", default="cpu")
    a.add_argument("--stored", action="store_true", help="keep activations instead of inverting")
    a.add_argument("--tuned", action="store_true",
                   help="the fastest form: encoders composed, dense max (needs equal degrees), activations kept")
    o = a.parse_args()
    torch.manual_seed(o.seed)
    torch.set_num_threads(o.threads)
    n, e, d = o.nodes, o.nodes * o.degree, o.device
    src = torch.randint(0, n, (e,), device=d)
    dst = torch.arange(n, device=d).repeat_interleave(o.degree)
    edge_attr = torch.rand(e, 8, device=d)
    feat = torch.zeros(n, 8, device=d).index_add_(0, dst, edge_attr)
    onehot = F.one_hot(torch.randint(0, 8, (n,), device=d), 8).float()
    label = (torch.rand(n, o.tasks, device=d) < 0.1).float()
    keep = 1 - o.dropout
    mask = torch.bernoulli(torch.full((n, o.hidden), keep, device=d)) / keep
    last_mask = torch.bernoulli(torch.full((n, o.hidden), keep, device=d)) / keep
    model = RevGNN(o.layers, o.hidden, o.groups, o.tasks, not (o.stored or o.tuned), o.tuned).to(d)
    opt = torch.optim.Adam(model.parameters(), lr=1e-3)
    times = []
    for step in range(o.steps):
        t = time.perf_counter()
        opt.zero_grad()
        logits = model(feat, onehot, src, dst, edge_attr, mask, last_mask)
        loss = F.binary_cross_entropy_with_logits(logits, label)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        if d != "cpu":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - t)
    print(json.dumps(dict(loss=loss.item(), params=sum(p.numel() for p in model.parameters()),
                          step_ms=[round(1e3 * s, 1) for s in times], median_ms=round(1e3 * float(np.median(times[1:])), 1))))


if __name__ == "__main__":
    main()
