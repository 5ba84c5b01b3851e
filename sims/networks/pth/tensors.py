"""Storages and tensors as a state dict's pickle states them: descriptions, checked before any number is read."""

import math
from dataclasses import dataclass

import ml_dtypes
import numpy as np

from sims.networks.entries import Refused, widened

KINDS = {
    "torch DoubleStorage": np.float64,
    "torch FloatStorage": np.float32,
    "torch HalfStorage": np.float16,
    "torch BFloat16Storage": ml_dtypes.bfloat16,
    "torch LongStorage": np.int64,
    "torch IntStorage": np.int32,
    "torch ShortStorage": np.int16,
    "torch CharStorage": np.int8,
    "torch ByteStorage": np.uint8,
    "torch BoolStorage": np.bool_,
}
AXES = 64  # of a NumPy array


@dataclass(frozen=True)
class Storage:
    """`count` numbers in a row of the file, found there by their key."""

    key: str
    kind: str
    count: int

    @property
    def itemsize(self):
        return np.dtype(KINDS[self.kind]).itemsize

    @property
    def nbytes(self):
        return self.count * self.itemsize


@dataclass(frozen=True)
class Tensor:
    """A view of a storage; offset and strides count numbers, not bytes."""

    storage: Storage
    offset: int
    shape: tuple
    strides: tuple

    def __post_init__(self):
        if len(self.shape) != len(self.strides) or len(self.shape) > AXES:
            raise Refused(f"a tensor has {len(self.shape)} sizes and {len(self.strides)} strides, of at most {AXES}")
        if any(type(each) is not int or each < 0 for each in (self.offset, *self.shape, *self.strides)):
            raise Refused("a tensor's offset, sizes and strides must be integers, and not negative")
        if self.last >= self.storage.count:
            raise Refused(f"a tensor reaches number {self.last} of a storage of {self.storage.count}")

    @property
    def last(self):
        """The place of its last number in the storage; of an empty tensor, that before its first."""
        if 0 in self.shape:
            return self.offset - 1
        return self.offset + sum((size - 1) * stride for size, stride in zip(self.shape, self.strides))

    @property
    def nbytes(self):
        return math.prod(self.shape) * self.storage.itemsize

    def array(self, buffer):
        """Its numbers from the bytes of its storage: a view where they lie in order, otherwise a copy."""
        kind, step = KINDS[self.storage.kind], self.storage.itemsize
        stored = np.uint8 if kind is np.bool_ else kind  # a byte of the file may be neither 0 nor 1
        found = np.ndarray(self.shape, stored, buffer, self.offset * step, tuple(each * step for each in self.strides))
        return widened(np.asarray(found != 0 if kind is np.bool_ else found, order="C"))


def numbers(storage, raw):
    """The bytes of a storage; raw(storage) is a file that stands before them."""
    buffer = np.empty(storage.nbytes, np.uint8)
    if raw(storage).readinto(buffer) != storage.nbytes:
        raise Refused(f"is cut short in storage {storage.key}")
    return buffer


class Builder:
    """What the names in a pickle build: tensors whose storages together are no larger than the file, `size` bytes."""

    def __init__(self, size):
        self.left, self.storages = size, {}
        self.calls = {
            "torch._utils _rebuild_tensor": self.tensor,
            "torch._utils _rebuild_tensor_v2": self.tensor,
            "torch._utils _rebuild_parameter": self.parameter,
        }
        self.names = {*self.calls, *KINDS}

    def tensor(self, storage, offset, shape, strides, *_):
        """What follows (requires_grad, hooks, metadata) is no number of the tensor's."""
        if not isinstance(storage, Storage) or type(shape) is not tuple or type(strides) is not tuple:
            raise Refused("a tensor is stated without a storage, sizes and strides")
        return Tensor(storage, offset, shape, strides)

    def parameter(self, tensor, *_):
        if not isinstance(tensor, Tensor):
            raise Refused("a parameter is stated without a tensor")
        return tensor

    def persistent(self, what, kind, key, _, count, view=None):
        """The storage that a persistent id describes; the fourth entry is the device that it was on."""
        name = getattr(kind, "name", None)
        if what != "storage" or name not in KINDS or type(key) is not str or view is not None:
            raise Refused("a persistent id is not that of a whole storage")
        if type(count) is not int or count < 0:
            raise Refused(f"storage {key} states a count that is no whole number")
        storage = Storage(key, name, count)
        if key not in self.storages:
            self._take(storage)
        if self.storages[key] != storage:
            raise Refused(f"storage {key} is stated twice, in two ways")
        return storage

    def _take(self, storage):
        """Count a storage's bytes off those of the file."""
        if storage.nbytes > self.left:
            raise Refused(f"storage {storage.key} states {storage.nbytes} bytes where the file has {self.left} left")
        self.left -= storage.nbytes
        self.storages[storage.key] = storage
