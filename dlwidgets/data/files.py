"""Read the file formats that data sets come in, whole or not at all, running no code from them."""

from __future__ import annotations

import codecs
import gzip
import math
import pickle
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from dlwidgets.data.errors import CorruptDataError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy.typing as npt

Arrays = dict[str, "npt.NDArray[Any]"]

SPLIT_KEYS = ("x_train", "y_train", "x_test", "y_test")

# An .npy header declares its own size; no data set here needs more than a few hundred bytes.
_MAX_NPY_HEADER = 10_000

# Rebuilding a pickled array takes these names and no others. Both spellings of multiarray
# occur: NumPy 2 renamed the module.
_ALLOWED_GLOBALS = frozenset(
    {
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
    }
)


def corrupt(path: Path, what: str) -> CorruptDataError:
    """Build the error for a file that is not what it should be.

    Args:
        path: The file.
        what: What is wrong with it, as the end of a sentence.

    Returns:
        The error, to be raised.
    """
    return CorruptDataError(
        f"{path} cannot be used: {what}. Delete it or replace it with a good copy; "
        "nothing of it was loaded."
    )


def _latin1(text: str, encoding: str) -> bytes:
    """Stand in for `_codecs.encode`, which Python 3 writes into protocol-2 pickles of bytes."""
    if encoding != "latin1":
        message = f"refused to decode with {encoding!r}"
        raise pickle.UnpicklingError(message)
    return codecs.latin_1_encode(text)[0]


class _ArrayUnpickler(pickle.Unpickler):
    """Rebuilds lists, numbers and numpy arrays; refuses every other name, so runs no code."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("_codecs", "encode"):
            return _latin1
        if (module, name) in _ALLOWED_GLOBALS:
            return super().find_class(module, name)
        message = f"refused to load {module}.{name}, which no data set needs"
        raise pickle.UnpicklingError(message)


# Everything that a truncated or hostile pickle was seen to raise while being read.
_PICKLE_ERRORS = (
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    OverflowError,
    TypeError,
    ValueError,
)


def _npy_header(stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    if version[0] == 1:
        header = np.lib.format.read_array_header_1_0(stream, _MAX_NPY_HEADER)
    else:
        header = np.lib.format.read_array_header_2_0(stream, _MAX_NPY_HEADER)
    return header[0], header[2]


def npz_headers(path: Path, keys: Iterable[str]) -> dict[str, tuple[tuple[int, ...], str]]:
    """Read the shapes and dtypes of an .npz file's arrays, without their contents.

    Args:
        path: The .npz file.
        keys: Names of the arrays that must be in it.

    Returns:
        For each key its shape and the name of its dtype.

    Raises:
        CorruptDataError: The file is truncated, not a zip file, or lacks a key.
    """
    headers = {}
    try:
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
            for key in keys:
                if f"{key}.npy" not in members:
                    found = ", ".join(sorted(m.removesuffix(".npy") for m in members)) or "nothing"
                    raise corrupt(path, f"it has no array {key!r} (it holds: {found})")
                with archive.open(f"{key}.npy") as stream:
                    shape, dtype = _npy_header(stream)
                headers[key] = (shape, str(dtype))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        if isinstance(error, CorruptDataError):
            raise
        raise corrupt(path, f"it is truncated or not an .npz file ({error})") from error
    return headers


def read_npz(path: Path, keys: Iterable[str] = SPLIT_KEYS) -> Arrays:
    """Read arrays from an .npz file, never running code from it.

    Numbers are read with pickling off. An object array, which numpy can only store as a pickle,
    is rebuilt by an unpickler that knows lists, numbers and arrays and nothing else.

    Args:
        path: The .npz file.
        keys: Names of the arrays to read; all must be there.

    Returns:
        The arrays by name.

    Raises:
        CorruptDataError: The file is truncated, lacks a key, or holds something but arrays.
    """
    arrays: dict[str, Any] = {}
    headers = npz_headers(path, keys)
    try:
        with zipfile.ZipFile(path) as archive:
            for key, (_, dtype) in headers.items():
                with archive.open(f"{key}.npy") as stream:
                    if dtype == "object":
                        _npy_header(stream)
                        arrays[key] = _ArrayUnpickler(stream).load()
                    else:
                        arrays[key] = np.lib.format.read_array(stream, allow_pickle=False)
                    if not isinstance(arrays[key], np.ndarray) or arrays[key].ndim == 0:
                        raise corrupt(path, f"{key!r} is not a series of values")
                    stream.read()  # to the end, where the zip file's checksum is compared
    except (zipfile.BadZipFile, zlib.error, OSError, *_PICKLE_ERRORS) as error:
        if isinstance(error, CorruptDataError):
            raise
        raise corrupt(path, f"reading its arrays failed ({error})") from error
    return arrays


def read_idx(path: Path, dimensions: int) -> npt.NDArray[np.uint8]:
    """Read a gzipped IDX file of bytes, the format of MNIST and Fashion-MNIST.

    Args:
        path: The .gz file.
        dimensions: 1 for labels, 3 for images.

    Returns:
        uint8 array of the shape that the file's header declares.

    Raises:
        CorruptDataError: The file is truncated, no gzip, or no IDX file of `dimensions`.
    """
    try:
        with gzip.open(path, "rb") as stream:
            header = stream.read(4 + 4 * dimensions)
            if header[:4] != bytes((0, 0, 8, dimensions)) or len(header) < 4 + 4 * dimensions:
                raise corrupt(path, f"it is not an IDX file of bytes in {dimensions} dimension(s)")
            shape = tuple(int(n) for n in np.frombuffer(header, ">u4", offset=4))
            size = math.prod(shape)
            # One byte more than is due, so that a longer file is noticed and the checksum read.
            content = stream.read(size + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError, OSError) as error:
        raise corrupt(path, f"it is truncated or not a gzip file ({error})") from error
    if len(content) != size:
        raise corrupt(path, f"its header promises {size:,} values, but it holds {len(content):,}")
    return np.frombuffer(content, np.uint8).reshape(shape)


def read_cifar_batch(path: Path) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Read one batch file of CIFAR-10's Python version.

    Args:
        path: ``data_batch_1`` to ``data_batch_5`` or ``test_batch``.

    Returns:
        Images, uint8 `(n, 32, 32, 3)`, and class numbers, int64 `(n,)`.

    Raises:
        CorruptDataError: The file is truncated or holds something else.
    """
    try:
        with path.open("rb") as stream:
            batch = _ArrayUnpickler(stream, encoding="bytes").load()
    except (OSError, *_PICKLE_ERRORS) as error:
        raise corrupt(path, f"it is truncated or not a CIFAR-10 batch ({error})") from error
    if not isinstance(batch, dict):
        raise corrupt(path, f"it holds a {type(batch).__name__} in place of a CIFAR-10 batch")
    pixels, labels = batch.get(b"data"), batch.get(b"labels")
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or pixels.ndim != 2:
        raise corrupt(path, "its b'data' is not a table of bytes")
    if pixels.shape[1] != 3 * 32 * 32:
        raise corrupt(path, f"its images have {pixels.shape[1]} values, expected 3072 (32x32x3)")
    if not isinstance(labels, list) or not all(type(label) is int for label in labels):
        raise corrupt(path, "its b'labels' is not a list of class numbers")
    if len(labels) != len(pixels):
        raise corrupt(path, f"it has {len(pixels)} images but {len(labels)} labels")
    images = pixels.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), np.asarray(labels, np.int64)
