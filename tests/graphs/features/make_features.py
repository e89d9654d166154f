"""Writes the .pt files of node_features_test.ts: python3 tests/graphs/features/make_features.py."""

import pathlib

import torch

FOLDER = pathlib.Path(__file__).parent
VALUES = torch.tensor([(-1 if k % 2 else 1) * k / 8 for k in range(15)]).reshape(5, 3)

FILES = {
    "float32": VALUES,
    "float16": VALUES.half(),
    "bfloat16": VALUES.bfloat16(),
    "transposed": VALUES.t().contiguous().t(),
    "slice": torch.cat([torch.full((2, 3), 9.0), VALUES])[2:],
    "list": [VALUES, VALUES],
    "model": torch.nn.Linear(3, 5).state_dict(),
    "rows": VALUES[:, 0].contiguous(),
    "strided": torch.cat([VALUES, VALUES], dim=1)[:, :3],
    "integers": torch.arange(15).reshape(5, 3),
}

for name, held in FILES.items():
    torch.save(held, FOLDER / f"{name}.pt")
