"""Writes pyg.npz by the three lines of docs/data.md, from tensors as PyTorch Geometric's Data has them."""
import pathlib
import types

import torch

data = types.SimpleNamespace(
    x=torch.arange(12, dtype=torch.float32).reshape(6, 2) / 4,
    y=torch.tensor([0, 1, 2, 1, 0, 2]),
    edge_index=torch.tensor([[0, 1, 1, 2, 4], [1, 0, 2, 1, 5]]),
    train_mask=torch.tensor([1, 1, 1, 0, 0, 0], dtype=torch.bool),
    val_mask=torch.tensor([0, 0, 0, 1, 0, 0], dtype=torch.bool),
    test_mask=torch.tensor([0, 0, 0, 0, 1, 1], dtype=torch.bool),
)
docs = (pathlib.Path(__file__).parents[3] / "docs/data.md").read_text()
lines = docs.split("<!-- pyg -->")[1].split("```python\n")[1].split("```")[0]
assert len(lines.strip().splitlines()) == 3
exec(lines.replace("graph.npz", str(pathlib.Path(__file__).parent / "pyg.npz")))
