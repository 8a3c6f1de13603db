"""Loading data sets by name."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from dlwidgets._messages import error_message, join_messages, tr
from dlwidgets.data._specs_of_others import WORD_INDICES
from dlwidgets.data.dataset import Dataset
from dlwidgets.data.download import DownloadFailedError, download
from dlwidgets.data.errors import CorruptDataError, DataNotFoundError, UnknownDatasetError
from dlwidgets.data.image_folder import ImageFolder, from_directory
from dlwidgets.data.registry import SPECS
from dlwidgets.data.search import (
    ENVIRONMENT_VARIABLE,
    find,
    find_images,
    folders,
    keras_folder,
)
from dlwidgets.data.series import Series
from dlwidgets.data.vectors import WordVectors, read_word_index

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from dlwidgets.data.files import Arrays
    from dlwidgets.data.spec import Spec


def names() -> tuple[str, ...]:
    """Return the names of all data sets, in a fixed order.

    Example:
        >>> dl.data.names()[:3]
        ('digits', 'digits28', 'line')
    """
    return tuple(SPECS)


def _spec(name: str) -> Spec:
    if isinstance(name, str) and name in SPECS:
        return SPECS[name]
    wanted = str(name).lower().replace("-", "_").replace(" ", "_")
    nearest = difflib.get_close_matches(wanted, SPECS, n=1, cutoff=0.4)
    received, known = repr(name), ", ".join(SPECS)
    if nearest:
        message = tr(
            "Unknown data set. Received: name={name}. Did you mean {nearest}? Known: {known}.",
            name=received,
            nearest=repr(nearest[0]),
            known=known,
        )
    else:
        message = tr(
            "Unknown data set. Received: name={name}. Known: {known}.", name=received, known=known
        )
    raise UnknownDatasetError(message)


def _check_inputs(spec: Spec, key: str, x: npt.NDArray[Any]) -> str:
    if spec.kind == "text":
        good = x.dtype == object and x.ndim == 1 and all(isinstance(text, list) for text in x)
        return "" if good else tr("{array} is not a sequence of lists of word ranks", array=key)
    if x.shape[1:] != spec.sample_shape:
        return tr(
            "{array} has shape {shape}, expected {expected}",
            array=key,
            shape="×".join(map(str, x.shape)),
            expected="×".join(str(n) for n in ("n", *spec.sample_shape)),
        )
    if spec.kind == "image" and x.dtype != np.uint8:
        return tr("{array} has dtype {dtype}, expected uint8", array=key, dtype=x.dtype)
    if spec.kind == "table" and (x.dtype.kind != "f" or not np.isfinite(x).all()):
        return _not_finite(key)
    return ""


def _check_targets(spec: Spec, key: str, y: npt.NDArray[Any], count: int) -> str:
    if y.shape != (count,):
        return tr(
            "{array} has shape {shape} for {count} inputs",
            array=key,
            shape="×".join(map(str, y.shape)),
            count=count,
        )
    if spec.task == "regression":
        good = y.dtype.kind == "f" and bool(np.isfinite(y).all())
        return "" if good else _not_finite(key)
    if y.dtype.kind not in "iu":
        return tr("{array} has dtype {dtype}, expected integers", array=key, dtype=y.dtype)
    if y.min() < 0 or y.max() >= len(spec.class_names):
        return tr(
            "{array} has labels from {low} to {high}, expected 0 to {last}",
            array=key,
            low=y.min(),
            high=y.max(),
            last=len(spec.class_names) - 1,
        )
    return ""


def _not_finite(key: str) -> str:
    return tr("{array} contains values that are not finite floating-point numbers", array=key)


def _checked(spec: Spec, arrays: Arrays, source: Path | None) -> Arrays:
    """Return the arrays in their final dtypes, or raise `CorruptDataError`."""
    problem = ""
    for part in ("train", "test"):
        x, y = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if y.ndim == 2 and y.shape[1] == 1:  # as CIFAR-10 is published
            y = y[:, 0]
        if len(x) == 0:
            problem = problem or tr("{array} is empty", array=f"x_{part}")
            continue
        problem = (
            problem
            or _check_inputs(spec, f"x_{part}", x)
            or _check_targets(spec, f"y_{part}", y, len(x))
        )
        arrays[f"y_{part}"] = y
    if problem:
        raise CorruptDataError(
            tr(
                "{source} can't be used as {title}: {problem}. Delete it or replace it with an "
                "intact copy. No data was loaded.",
                source=source or spec.comes_with,
                title=spec.title,
                problem=problem,
            )
        )
    if spec.task == "classification":
        for key in ("y_train", "y_test"):
            arrays[key] = arrays[key].astype(np.int64)
    return arrays


def _not_found(spec: Spec, reason: str) -> DataNotFoundError:
    places = [
        join_messages([f"  - {folder.path} (", folder.title, ")"], "") for folder in folders()
    ]
    if all(folder.where != "environment" for folder in folders()):
        unset = tr("{variable} is not set", variable=f"${ENVIRONMENT_VARIABLE}")
        places.append(join_messages(["  - ", unset], ""))
    source = spec.obtain or tr("Source: {urls}", urls=", ".join(file.url for file in spec.remote))
    wanted = [layout.label for layout in spec.layouts]
    wanted += [tr("the folder {folder}", folder=name) for name in spec.class_folders]
    return DataNotFoundError(
        tr(
            "{title} was not found: {reason}.\n"
            "Searched for {files} in:\n{places}\n"
            "Put the files into {cache}, or into a folder of your own and set {variable} to that "
            "folder. {source}",
            title=spec.title,
            reason=reason,
            files=join_messages(wanted, ", "),
            places=join_messages(places, "\n"),
            cache=keras_folder().path,
            variable=ENVIRONMENT_VARIABLE,
            source=source,
        )
    )


@overload
def load(  # type: ignore[overload-overlap] # a name alone decides what it is
    name: Literal["nyc_weather", "jena_climate"],
    *,
    progress: Callable[[float | None, str], None] | None = None,
    download_missing: bool = True,
) -> Series: ...


@overload
def load(  # type: ignore[overload-overlap]
    name: Literal["glove"],
    *,
    progress: Callable[[float | None, str], None] | None = None,
    download_missing: bool = True,
) -> WordVectors: ...


@overload
def load(  # type: ignore[overload-overlap]
    name: Literal["cats_vs_dogs", "fruits_360"],
    *,
    progress: Callable[[float | None, str], None] | None = None,
    download_missing: bool = True,
) -> ImageFolder: ...


@overload
def load(
    name: str,
    *,
    progress: Callable[[float | None, str], None] | None = None,
    download_missing: bool = True,
) -> Dataset: ...


def load(
    name: str,
    *,
    progress: Callable[[float | None, str], None] | None = None,
    download_missing: bool = True,
) -> Dataset | Series | WordVectors | ImageFolder:
    """Load a data set by name.

    The data set is searched for in ``$DLWIDGETS_DATA`` and in Keras's cache. If it is in neither,
    it is downloaded through Keras. ``"digits"``, ``"digits28"``, ``"line"`` and ``"ring"`` come
    with packages. A data set that is on this machine is loaded without importing TensorFlow.

    Args:
        name: One of `names()`.
        progress: Called on the calling thread with the fraction done, from 0 to 1 or `None` if it
            isn't known, and a message.
        download_missing: `False` to raise an error instead of downloading.

    Returns:
        The complete data set, checked. ``"nyc_weather"`` and ``"jena_climate"`` are a
        ``Series``, ``"glove"`` is a `WordVectors`, ``"cats_vs_dogs"`` and ``"fruits_360"`` are an
        `ImageFolder`.

    Raises:
        UnknownDatasetError: No data set has this name.
        DataNotFoundError: It is not on this machine and can't be downloaded. The message names
            the file, the folders that were searched, and where to put the file.
        CorruptDataError: The file is truncated, lacks an array, or contains an array of a wrong
            shape.
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
    if spec.class_folders:
        images = find_images(spec)
        if images is None:
            raise _not_found(spec, tr("it isn't on this machine"))
        title, place = str(spec.title), images[0].title
        return from_directory(images[1], name=spec.name, title=title, origin=place)
    found = find(spec)
    origin = found.folder.title if found else tr("download")
    if found is None:
        if not download_missing:
            raise _not_found(spec, tr("downloading is disabled"))
        if not spec.remote:
            raise _not_found(spec, tr("it isn't on this machine"))
        try:
            download(spec.title, spec.remote, progress)
        except DownloadFailedError as error:
            raise _not_found(spec, error_message(error)) from error
        found = find(spec, [keras_folder()])
        if found is None:
            raise _not_found(spec, tr("the download does not contain the expected files"))
    report(None, tr("Reading {title}", title=spec.title))
    arrays = found.layout.read(found.paths)
    if spec.kind in ("series", "words"):
        report(1.0, tr("Loaded {title}", title=spec.title))
        build = _series if spec.kind == "series" else _vectors
        return build(spec, arrays, origin, found.source)
    arrays = _checked(spec, arrays, found.source)
    report(1.0, tr("Loaded {title}", title=spec.title))
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


def _series(spec: Spec, arrays: Arrays, origin: str, source: Path) -> Series:
    columns = tuple(str(name) for name in arrays["columns"])
    share = float(arrays["filled"])
    percent = "< 0.1%" if share < 0.001 else f"{share:.1%}"
    note = tr(
        "{percent} of the values were missing and are filled in on straight lines.", percent=percent
    )
    return Series(
        spec.name,
        str(spec.title),
        arrays["values"],
        arrays["times"],
        columns,
        "temp (degC)" if "temp (degC)" in columns else "T (degC)",
        origin,
        source,
        note if share else "",
    )


def _vectors(spec: Spec, arrays: Arrays, origin: str, source: Path) -> WordVectors:
    words = tuple(arrays["words"])
    return WordVectors(spec.name, str(spec.title), words, arrays["vectors"], origin, source)


def word_index(name: str, *, download_missing: bool = True) -> dict[str, int]:
    """Return the words of a text data set with their ranks, 1 for the most frequent.

    It is looked for beside the data set, and downloaded through Keras if it isn't there.

    Args:
        name: ``"imdb"`` or ``"reuters"``.
        download_missing: `False` to raise an error instead of downloading.

    Returns:
        For each word the rank that stands for it in the texts of `load`.

    Raises:
        UnknownDatasetError: There are no words of this name.
        DataNotFoundError: The file isn't here and can't be downloaded. The message names it.
        CorruptDataError: The file is damaged.

    Example:
        >>> ranks = dl.data.word_index("imdb")  # doctest: +SKIP
        >>> ranks["the"], ranks["movie"]  # doctest: +SKIP
        (1, 17)
    """
    if name not in WORD_INDICES:
        known = ", ".join(WORD_INDICES)
        message = tr("Expected one of {known}. Received: {name}", known=known, name=repr(name))
        raise UnknownDatasetError(message)
    file = WORD_INDICES[name]
    places = [folder.path / file.name for folder in folders()]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        reason: str = tr("downloading is disabled")
        if download_missing:
            try:
                download(file.name, (file,))
                return read_word_index(places[-1])
            except DownloadFailedError as error:
                reason = error_message(error)
        message = tr(
            "{file} was not found: {reason}. Put it into {folder}, or into the folder of "
            "{variable}. Source: {url}",
            file=file.name,
            reason=reason,
            folder=keras_folder().path,
            variable=f"${ENVIRONMENT_VARIABLE}",
            url=file.url,
        )
        raise DataNotFoundError(message)
    return read_word_index(path)
