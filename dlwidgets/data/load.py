"""`load`: find a data set, read it, check all of it, and only then hand it out."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.data.dataset import Dataset
from dlwidgets.data.download import DownloadFailedError, download
from dlwidgets.data.errors import CorruptDataError, DataNotFoundError, UnknownDatasetError
from dlwidgets.data.registry import SPECS, Spec
from dlwidgets.data.search import ENVIRONMENT_VARIABLE, find, folders, keras_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from dlwidgets.data.files import Arrays


def names() -> tuple[str, ...]:
    """Return the names that `load` knows, in a fixed order.

    Example:
        >>> dl.data.names()[:3]
        ('digits', 'line', 'mnist')
    """
    return tuple(SPECS)


def _spec(name: str) -> Spec:
    if isinstance(name, str) and name in SPECS:
        return SPECS[name]
    wanted = str(name).lower().replace("-", "_").replace(" ", "_")
    nearest = difflib.get_close_matches(wanted, SPECS, n=1, cutoff=0.4)
    hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
    message = f"Unknown data set.{hint} Received: name={name!r}. Known: {', '.join(SPECS)}."
    raise UnknownDatasetError(message)


def _check_inputs(spec: Spec, key: str, x: npt.NDArray[Any]) -> str:
    if spec.kind == "text":
        good = x.dtype == object and x.ndim == 1 and all(isinstance(text, list) for text in x)
        return "" if good else f"{key} is not a series of lists of word ranks"
    if x.shape[1:] != spec.sample_shape:
        expected = "×".join(str(n) for n in ("n", *spec.sample_shape))
        return f"{key} has shape {'×'.join(map(str, x.shape))}, expected {expected}"
    if spec.kind == "image" and x.dtype != np.uint8:
        return f"{key} has dtype {x.dtype}, expected uint8"
    if spec.kind == "table" and (x.dtype.kind != "f" or not np.isfinite(x).all()):
        return f"{key} holds something but finite floating-point numbers"
    return ""


def _check_targets(spec: Spec, key: str, y: npt.NDArray[Any], count: int) -> str:
    if y.shape != (count,):
        return f"{key} has shape {'×'.join(map(str, y.shape))} for {count} inputs"
    if spec.task == "regression":
        good = y.dtype.kind == "f" and bool(np.isfinite(y).all())
        return "" if good else f"{key} holds something but finite floating-point numbers"
    if y.dtype.kind not in "iu":
        return f"{key} has dtype {y.dtype}, expected whole numbers"
    if y.min() < 0 or y.max() >= len(spec.class_names):
        return (
            f"{key} has class numbers from {y.min()} to {y.max()}, "
            f"expected 0 to {len(spec.class_names) - 1}"
        )
    return ""


def _checked(spec: Spec, arrays: Arrays, source: Path | None) -> Arrays:
    """Return the arrays in their final types, or raise `CorruptDataError` naming what is wrong."""
    problem = ""
    for part in ("train", "test"):
        x, y = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if y.ndim == 2 and y.shape[1] == 1:  # as CIFAR-10 is published
            y = y[:, 0]
        if len(x) == 0:
            problem = problem or f"x_{part} is empty"
            continue
        problem = (
            problem
            or _check_inputs(spec, f"x_{part}", x)
            or _check_targets(spec, f"y_{part}", y, len(x))
        )
        arrays[f"y_{part}"] = y
    if problem:
        message = (
            f"{source or spec.comes_with} cannot be used as {spec.title}: {problem}. Delete it or "
            "replace it with a good copy; nothing of it was loaded."
        )
        raise CorruptDataError(message)
    if spec.task == "classification":
        for key in ("y_train", "y_test"):
            arrays[key] = arrays[key].astype(np.int64)
    return arrays


def _not_found(spec: Spec, reason: str) -> DataNotFoundError:
    wanted = ", or ".join(layout.label for layout in spec.layouts)
    places = "\n".join(f"  - {folder.path} ({folder.title})" for folder in folders())
    if all(folder.where != "environment" for folder in folders()):
        places += f"\n  - ${ENVIRONMENT_VARIABLE} is not set"
    source = spec.remote[0].url
    if len(spec.remote) > 1:
        source += f" and the {len(spec.remote) - 1} other files beside it"
    return DataNotFoundError(
        f"{spec.title} was not found: {reason}.\n"
        f"Looked for {wanted} in:\n{places}\n"
        f"Put it into {keras_folder().path}, or into a folder of yours and set "
        f"{ENVIRONMENT_VARIABLE} to that folder. It can be had from {source}"
    )


def load(
    name: str,
    *,
    progress: Callable[[float | None, str], None] | None = None,
    download_missing: bool = True,
) -> Dataset:
    """Load a data set by name.

    It is looked for in ``$DLWIDGETS_DATA``, then in Keras's own cache, and at last downloaded
    through Keras. ``"digits"`` and ``"line"`` need neither a file nor a network. A data set that
    is on this machine is loaded without importing TensorFlow.

    Args:
        name: One of `names`.
        progress: Called with the fraction done, in [0, 1] or None where it is not known, and a
            sentence for people. Always called on the calling thread.
        download_missing: False to raise at once where a download would be needed.

    Returns:
        The whole data set, checked.

    Raises:
        UnknownDatasetError: No data set has this name.
        DataNotFoundError: It is not on this machine and cannot be downloaded; the message names
            the file, each place that was searched, and where to put it.
        CorruptDataError: Its file is truncated, lacks an array or holds one of a wrong shape.
        ImportError: A download is needed, and TensorFlow is not installed.

    Example:
        >>> mnist = dl.data.load("mnist")  # doctest: +SKIP
        >>> mnist.x_train.shape, mnist.y_train.dtype  # doctest: +SKIP
        ((60000, 28, 28), dtype('int64'))
    """
    spec = _spec(name)
    report = progress or (lambda _fraction, _text: None)
    if spec.make is not None:
        return _dataset(spec, _checked(spec, spec.make(), None), spec.comes_with, None)
    found = find(spec)
    origin = found.folder.title if found else "download"
    if found is None:
        if not download_missing:
            raise _not_found(spec, "downloading was not asked for")
        try:
            download(spec, progress)
        except DownloadFailedError as error:
            raise _not_found(spec, str(error)) from error
        found = find(spec, [keras_folder()])
        if found is None:
            raise _not_found(spec, "the download held other files than expected")
    report(None, f"Reading {spec.title}")
    arrays = _checked(spec, found.layout.read(found.paths), found.source)
    report(1.0, f"{spec.title} is loaded")
    return _dataset(spec, arrays, origin, found.source)


def _dataset(spec: Spec, arrays: Arrays, origin: str, source: Path | None) -> Dataset:
    return Dataset(
        name=spec.name,
        title=spec.title,
        class_names=spec.class_names,
        task=spec.task,
        kind=spec.kind,
        value_range=spec.value_range,
        origin=origin,
        source=source,
        **arrays,
    )
