"""Readers for the file formats of data sets. They check each file and never run code from it."""

from __future__ import annotations

import codecs
import gzip
import math
import pickle
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr, trn
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
    """Build the error for a damaged file.

    Args:
        path: The file.
        what: The problem, in lower case and without a final period.

    Returns:
        The error. The caller raises it.
    """
    return CorruptDataError(
        tr(
            "{path} can't be used: {problem}. Delete the file or replace it with an intact copy. "
            "No data was loaded.",
            path=path,
            problem=what,
        )
    )


def _latin1(text: str, encoding: str) -> bytes:
    """Replace `_codecs.encode`, which Python 3 writes into protocol-2 pickles of bytes."""
    if encoding != "latin1":
        message = f"refused to decode with {encoding!r}"
        raise pickle.UnpicklingError(message)
    return codecs.latin_1_encode(text)[0]


class _ArrayUnpickler(pickle.Unpickler):
    """Unpickler for lists, numbers and NumPy arrays. It refuses all other names."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("_codecs", "encode"):
            return _latin1
        if (module, name) in _ALLOWED_GLOBALS:
            return super().find_class(module, name)
        message = f"refused to load {module}.{name}, because no data set contains it"
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
    """Return the shapes and dtypes of the arrays in an .npz file, without their contents.

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
                    found = ", ".join(sorted(m.removesuffix(".npy") for m in members)) or "—"
                    raise corrupt(
                        path,
                        tr("it has no array {key} (arrays: {found})", key=repr(key), found=found),
                    )
                with archive.open(f"{key}.npy") as stream:
                    shape, dtype = _npy_header(stream)
                headers[key] = (shape, str(dtype))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        if isinstance(error, CorruptDataError):
            raise
        raise corrupt(
            path, tr("it is truncated or not an .npz file ({error})", error=error)
        ) from error
    return headers


def read_npz(path: Path, keys: Iterable[str] = SPLIT_KEYS) -> Arrays:
    """Read arrays from an .npz file, without running code from it.

    Numbers are read with pickling off. An object array, which NumPy can only store as a pickle,
    is rebuilt by an unpickler that accepts only lists, numbers and arrays.

    Args:
        path: The .npz file.
        keys: Names of the arrays to read. All of them are required.

    Returns:
        The arrays by name.

    Raises:
        CorruptDataError: The file is truncated, lacks a key, or contains other objects than arrays.
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
                        raise corrupt(path, tr("{key} is not a sequence of values", key=repr(key)))
                    stream.read()  # to the end, where the zip file's checksum is compared
    except (zipfile.BadZipFile, zlib.error, OSError, *_PICKLE_ERRORS) as error:
        if isinstance(error, CorruptDataError):
            raise
        raise corrupt(path, tr("its arrays can't be read ({error})", error=error)) from error
    return arrays


def read_idx(path: Path, dimensions: int) -> npt.NDArray[np.uint8]:
    """Read a gzipped IDX file of bytes, the format of MNIST and Fashion-MNIST.

    Args:
        path: The .gz file.
        dimensions: 1 for labels, 3 for images.

    Returns:
        uint8 array of the shape that the file's header declares.

    Raises:
        CorruptDataError: The file is truncated, or not a gzipped IDX file with `dimensions`.
    """
    try:
        with gzip.open(path, "rb") as stream:
            header = stream.read(4 + 4 * dimensions)
            if header[:4] != bytes((0, 0, 8, dimensions)) or len(header) < 4 + 4 * dimensions:
                raise corrupt(
                    path,
                    trn(
                        "it is not an IDX file of bytes with {n} dimension",
                        "it is not an IDX file of bytes with {n} dimensions",
                        dimensions,
                    ),
                )
            shape = tuple(int(n) for n in np.frombuffer(header, ">u4", offset=4))
            size = math.prod(shape)
            # One byte more than is due, so that a longer file is noticed and the checksum read.
            content = stream.read(size + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError, OSError) as error:
        raise corrupt(
            path, tr("it is truncated or not a gzip file ({error})", error=error)
        ) from error
    if len(content) != size:
        problem = tr(
            "its header declares {declared} values, but it contains {found}",
            declared=size,
            found=len(content),
        )
        raise corrupt(path, problem)
    return np.frombuffer(content, np.uint8).reshape(shape)


def read_cifar_batch(path: Path) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Read one batch file of CIFAR-10's Python version.

    Args:
        path: ``data_batch_1`` to ``data_batch_5`` or ``test_batch``.

    Returns:
        Images, uint8 `(n, 32, 32, 3)`, and labels, int64 `(n,)`.

    Raises:
        CorruptDataError: The file is truncated or has other contents.
    """
    try:
        with path.open("rb") as stream:
            batch = _ArrayUnpickler(stream, encoding="bytes").load()
    except (OSError, *_PICKLE_ERRORS) as error:
        raise corrupt(
            path, tr("it is truncated or not a CIFAR-10 batch ({error})", error=error)
        ) from error
    if not isinstance(batch, dict):
        raise corrupt(
            path,
            tr("it contains a {type} instead of a CIFAR-10 batch", type=type(batch).__name__),
        )
    pixels, labels = batch.get(b"data"), batch.get(b"labels")
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or pixels.ndim != 2:
        raise corrupt(path, tr("its b'data' is not a table of bytes"))
    if pixels.shape[1] != 3 * 32 * 32:
        raise corrupt(
            path,
            tr("its images have {n} values, expected 3072 (32×32×3)", n=str(pixels.shape[1])),
        )
    if not isinstance(labels, list) or not all(type(label) is int for label in labels):
        raise corrupt(path, tr("its b'labels' is not a list of integer labels"))
    if len(labels) != len(pixels):
        raise corrupt(
            path,
            tr(
                "it has {images} images but {labels} labels", images=len(pixels), labels=len(labels)
            ),
        )
    images = pixels.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), np.asarray(labels, np.int64)
