"""Reading the arrays of a PyTorch file without PyTorch, and without running what is in it."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DTYPES = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "<i1",
    "ByteStorage": "<u1",
    "BoolStorage": "?",
}
_MAGIC, _PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
_LENGTH = struct.Struct("<q")


def read_torch_file(path: Path | str) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file that PyTorch has saved a `state_dict` in.

    Such a file is a pickle, which could call any function. This reader knows dictionaries, tensors
    and their storage, and refuses everything else.

    Args:
        path: A file in the format of zip files, or in the one that was usual until 2020.

    Returns:
        The arrays by name, in the types of the file.

    Raises:
        ValueError: It isn't such a file, is incomplete, or contains anything else.
        OSError: It can't be read.

    Example:
        >>> from dlwidgets.models._torch_file import read_torch_file
        >>> arrays = read_torch_file("weights.pth")  # doctest: +SKIP
    """
    try:
        found = _read_zip(path) if zipfile.is_zipfile(path) else _read_old(path)
        arrays = {str(name): tensor.array() for name, tensor in found.items()}
    except (
        pickle.UnpicklingError,
        struct.error,
        zipfile.BadZipFile,
        AttributeError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
        ValueError,
    ) as error:
        message = tr(
            "{path} isn't a PyTorch file of weights, or is damaged. ({error})",
            path=path,
            error=error,
        )
        raise ValueError(message) from error
    return arrays


class _Storage:
    """The values of tensors; the old format has them behind all tensors."""

    def __init__(self, dtype: str, size: int) -> None:
        self.dtype, self.size = np.dtype(dtype), size
        self.values: NDArray[Any] = np.empty(0, self.dtype)

    def fill(self, content: bytes) -> None:
        """Take the values; a ValueError if there are too few."""
        self.values = np.frombuffer(content, self.dtype, self.size)


class _Tensor:
    """A view of a storage."""

    def __init__(self, storage: Any, offset: Any, size: Any, stride: Any, *_more: Any) -> None:
        numbers = (offset, *size, *stride)
        sound = all(type(n) is int and n >= 0 for n in numbers)
        if not isinstance(storage, _Storage) or not sound or len(size) != len(stride):
            raise pickle.UnpicklingError("a tensor with an unknown layout")
        self._storage, self._offset, self._size, self._stride = storage, offset, size, stride

    def array(self) -> NDArray[Any]:
        """Return a copy of the values."""
        values = self._storage.values
        if 0 in self._size:
            return np.empty(self._size, values.dtype)
        reach = sum((n - 1) * step for n, step in zip(self._size, self._stride, strict=True))
        if self._offset + reach >= len(values):
            raise ValueError("a tensor reaches beyond its values")
        steps = [step * values.dtype.itemsize for step in self._stride]
        view = np.lib.stride_tricks.as_strided(
            values[self._offset :], self._size, steps, writeable=False
        )
        return np.array(view)


class _Unpickler(pickle.Unpickler):
    """Nothing in the file can call anything but these."""

    def __init__(self, file: BinaryIO, storages: dict[Any, _Storage]) -> None:
        super().__init__(file, encoding="utf-8")
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        """Return what a name in the file stands for."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor
        if module == "torch" and name in _DTYPES:
            return name
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")

    def persistent_load(self, pid: Any) -> _Storage:
        """Return the storage that a reference in the file stands for."""
        kind, dtype, key, _place, size, *view = pid
        if kind != "storage" or dtype not in _DTYPES or (view and view[0] is not None):
            raise pickle.UnpicklingError("an unknown reference")
        return self._storages.setdefault(key, _Storage(_DTYPES[dtype], int(size)))


def _read_zip(path: Path | str) -> dict[Any, Any]:
    storages: dict[Any, _Storage] = {}
    with zipfile.ZipFile(path) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith("/data.pkl"))
        found: dict[Any, Any] = _Unpickler(io.BytesIO(archive.read(name)), storages).load()
        for key, storage in storages.items():
            storage.fill(archive.read(f"{name.removesuffix('data.pkl')}data/{key}"))
    return found


def _read_old(path: Path | str) -> dict[Any, Any]:
    storages: dict[Any, _Storage] = {}
    with Path(path).open("rb") as file:

        def read() -> Any:
            return _Unpickler(file, storages).load()

        if read() != _MAGIC or read() != _PROTOCOL or not read()["little_endian"]:
            raise ValueError("unknown format")
        found: dict[Any, Any] = read()
        for key in read():
            (size,) = _LENGTH.unpack(file.read(_LENGTH.size))
            if size != storages[key].size:
                raise ValueError(f"{size} values instead of {storages[key].size}")
            storages[key].fill(file.read(size * storages[key].dtype.itemsize))
    return found
