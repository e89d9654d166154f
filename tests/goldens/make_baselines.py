"""Votes of neighbours and ridge regression on a small random graph by NumPy, as baselines.json: votes
from powers of a dense adjacency, regressions by least squares with the penalty as further rows."""
import json
import pathlib

import numpy as np

NODES, COLUMNS, TASKS, EDGES = 40, 10, 3, 90
HOPS = [1, 2, 4]
STRENGTHS = [1e-3, 1e-2, 0.1, 1, 10]

rng = np.random.default_rng(0)
adjacency = np.zeros((NODES, NODES))  # [target, source]
while adjacency.sum() < EDGES:
    adjacency[rng.integers(NODES - 1), rng.integers(NODES)] = 1  # the last node has no in-edge
x = rng.integers(-8, 9, (NODES, COLUMNS)) / 8  # of few bits, which float32 holds
labels = (rng.random((NODES, TASKS)) < 0.4).astype(float)
labels[rng.random((NODES, TASKS)) < 0.1] = np.nan
order = rng.permutation(NODES)
train, valid, test = (np.sort(part) for part in np.split(order, [24, 32]))
scored = np.concatenate([valid, test])


def auc(scores, truth):
    """By all pairs of a positive and a negative."""
    pairs = scores[truth == 1][:, None] - scores[truth == 0][None, :]
    return (np.sum(pairs > 0) + 0.5 * np.sum(pairs == 0)) / pairs.size


def mean_auc(predictions, nodes):
    return np.mean([auc(predictions[nodes, t], labels[nodes, t]) for t in range(TASKS)])


def votes(hops):
    given = np.full((NODES, TASKS), np.nan)
    given[train] = labels[train]
    walks = sum(np.linalg.matrix_power(adjacency, k) for k in range(1, hops + 1))
    positive = walks @ np.where(given == 1, 1.0, 0.0)
    everyone = walks @ np.where(np.isnan(given), 0.0, 1.0)
    usual = np.nanmean(labels[train], axis=0)
    return np.where(everyone > 0, positive / np.maximum(everyone, 1), usual)


def ridge(features, strength):
    centre = features[train].mean(axis=0)
    usual = np.nanmean(labels[train], axis=0)
    a = features[train] - centre
    b = np.nan_to_num(labels[train] - usual, nan=0.0)
    penalty = strength * np.sum(a * a) / min(a.shape)
    rows = np.vstack([a, np.sqrt(penalty) * np.eye(a.shape[1])])
    weight, *_ = np.linalg.lstsq(rows, np.vstack([b, np.zeros((a.shape[1], TASKS))]), rcond=None)
    return (features - centre) @ weight + usual


def with_hops(features, hops):
    mean = adjacency / np.maximum(adjacency.sum(axis=1, keepdims=True), 1)
    parts = [features]
    for _ in range(hops):
        parts.append(mean @ parts[-1])
    return np.hstack(parts)


def values(array):
    return [None if np.isnan(value) else float(value) for value in np.ravel(array)]


wide = with_hops(x, 2)
golden = {
    "nodes": NODES,
    "rowPtr": [0, *np.cumsum(adjacency.sum(axis=1)).astype(int).tolist()],
    "colIdx": np.nonzero(adjacency)[1].tolist(),
    "x": values(x),
    "labels": values(labels),
    "split": {"train": train.tolist(), "valid": valid.tolist(), "test": test.tolist()},
    "votes": [
        {"hops": h, "shares": values(votes(h)[scored]), "test": mean_auc(votes(h), test)}
        for h in HOPS
    ],
    "ridge": [values(ridge(x, s)[scored]) for s in STRENGTHS],
    "ridgeOfHops": [values(ridge(wide, s)[scored]) for s in STRENGTHS],
    "withHops": values(wide),
}
path = pathlib.Path(__file__).parent / "baselines.json"
path.write_text(json.dumps(golden) + "\n")
