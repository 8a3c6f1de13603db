"""Saved models: a `.keras` file with a JSON file of labels and settings beside it.

All models are in one folder of this machine, `models_folder`. A name is never a path, so a page
that is open to strangers can save and load models without reaching any other file. Models are
loaded with ``safe_mode=True``, so no code comes from a file.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel

ENVIRONMENT_VARIABLE = "DLWIDGETS_MODELS"

MAX_SAVED = 100
"""Models that the folder holds at most, so that nobody fills the disk from a page."""

_LONGEST_NAME = 60
_NAME = re.compile(r"\w(?:[\w -]{0,58}\w)?")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_HANDED = "handed-over"  # the folder of models on their way from page to page
_MAX_HANDED = 20
_HANDED_SECONDS = 24 * 3600
_UNFINISHED = ".saving"  # a folder in which a model is written, whose name nobody else may take
_UNFINISHED_SECONDS = 3600  # after which whoever wrote it has ended in the middle


@dataclass(frozen=True)
class SavedAbout:
    """What is stored beside a model.

    Attributes:
        kind: What it is: `"classifier"`, `"vae"`, `"gan"`, `"text"`, or `"network"` for one that
            was trained for its feature maps.
        title: The model's name in menus.
        dataset: The data that it was trained on, a name of `dl.data` or of a text.
        class_names: The names of its classes.
        settings: The values of the page's fields by name.
        step: Training steps of its weights.
        metrics: The last value of each metric.
    """

    kind: str
    title: str
    dataset: str = ""
    class_names: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    step: int = 0
    metrics: dict[str, float] = field(default_factory=dict)


def models_folder() -> Path:
    """Return the folder of saved models.

    Returns:
        ``$DLWIDGETS_MODELS`` if it is set. Otherwise ``.dlwidgets/models`` in the home directory,
        or in the folder for temporary files if the home directory isn't writable.
    """
    configured = os.environ.get(ENVIRONMENT_VARIABLE)
    if configured:
        return Path(configured)
    home = Path.home()
    if not os.access(home, os.W_OK):
        home = Path(tempfile.gettempdir())
    return home / ".dlwidgets" / "models"


def check_name(name: str) -> str:
    """Return a name as it is used: without spaces around it.

    Args:
        name: At most 60 letters, digits, spaces, hyphens and underscores.

    Raises:
        ValueError: It has other characters.

    Example:
        >>> from dlwidgets.models.saved import check_name
        >>> check_name(" first try ")
        'first try'
    """
    stripped = name.strip()
    if not _NAME.fullmatch(stripped):
        message = tr(
            "Expected a name of at most 60 letters, digits, spaces, hyphens and underscores. "
            "Received: {name}",
            name=repr(name[:100]),
        )
        raise ValueError(message)
    return stripped


def saved_models(kind: str | None = None) -> dict[str, SavedAbout]:
    """Return what is known about each saved model, by name.

    Args:
        kind: The kind of models to return. `None` for all.
    """
    found = {}
    for path in sorted(models_folder().glob("*.keras")):
        about = _read_about(path)
        if about is not None and kind in (None, about.kind):
            found[path.stem] = about
    return found


def save_model(model: KerasModel, name: str, about: SavedAbout) -> str:
    """Save a model under a name that is not in use.

    Args:
        model: A built model.
        name: At most 60 letters, digits, spaces, hyphens and underscores.
        about: What to store beside it.

    Returns:
        The name: another one, with a number, if the given one is in use.

    Raises:
        ValueError: The name has other characters, or the folder is full.
    """
    checked = check_name(name)
    folder = models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    _tidy_unfinished(folder)
    used = {path.stem for kind in (".keras", _UNFINISHED) for path in folder.glob(f"*{kind}")}
    if len(used) >= MAX_SAVED:
        message = tr(
            "The folder contains {count} models, so no more can be saved. Delete some of them in "
            "{folder}.",
            count=len(used),
            folder=folder,
        )
        raise ValueError(message)
    free, number = checked, 1
    while not _write(model, folder / f"{free}.keras", about):
        number += 1
        more = f"-{number}"
        free = checked[: _LONGEST_NAME - len(more)] + more
    return free


def load_model(name: str) -> tuple[KerasModel, SavedAbout]:
    """Load a saved model.

    Args:
        name: A name of `saved_models`.

    Returns:
        The model, and what is stored beside it.

    Raises:
        ValueError: The name has other characters than a name can have.
        FileNotFoundError: There is no such model.
    """
    return _read(models_folder() / f"{check_name(name)}.keras")


def hand_over(model: KerasModel, about: SavedAbout) -> str:
    """Save a model for another page, which takes it within a day.

    Args:
        model: A built model.
        about: What to store beside it.

    Returns:
        A token that nobody can guess, for `take_over`.
    """
    folder = models_folder() / _HANDED
    folder.mkdir(parents=True, exist_ok=True)
    _tidy(folder)
    _tidy_unfinished(folder)
    token = secrets.token_urlsafe(16)
    _write(model, folder / f"{token}.keras", about)
    return token


def take_over(token: str) -> tuple[KerasModel, SavedAbout]:
    """Load a model that another page has handed over. It can be taken again.

    Args:
        token: As from `hand_over`.

    Returns:
        The model, and what is stored beside it.

    Raises:
        FileNotFoundError: There is no such model, or no longer.
    """
    if not _TOKEN.fullmatch(token):
        raise FileNotFoundError(_GONE)
    try:
        return _read(models_folder() / _HANDED / f"{token}.keras")
    except FileNotFoundError as error:
        raise FileNotFoundError(_GONE) from error


_GONE = tr("The model of this link is no longer there. Open it from its page again.")


def _tidy(folder: Path) -> None:
    """Delete what nobody has taken for a day, and the oldest of too many."""
    files = sorted((_saved_at(path), path) for path in folder.glob("*.keras"))
    too_many = len(files) - _MAX_HANDED + 1
    for place, (saved_at, path) in enumerate(files):
        if place < too_many or time.time() - saved_at > _HANDED_SECONDS:
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)


def _tidy_unfinished(folder: Path) -> None:
    """Delete what is left of saving that has ended in the middle."""
    for path in folder.glob(f"*{_UNFINISHED}"):
        if time.time() - _saved_at(path) > _UNFINISHED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _saved_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another page has just deleted it, or finished saving
        return time.time()


def _write(model: KerasModel, path: Path, about: SavedAbout) -> bool:
    """Save a model; `False` if the name is in use, also by what is being saved at this moment."""
    # First in another place: what can be found is complete.
    unfinished = path.with_suffix(_UNFINISHED)
    try:
        unfinished.mkdir()
    except FileExistsError:
        return False
    try:
        if path.exists():
            return False
        half = unfinished / path.name
        model.save(half)
        text = json.dumps(asdict(about), ensure_ascii=False, indent=1)
        half.with_suffix(".json").write_text(text, encoding="utf-8")
        half.with_suffix(".json").replace(path.with_suffix(".json"))
        half.replace(path)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return True


def _read(path: Path) -> tuple[KerasModel, SavedAbout]:
    about = _read_about(path)
    if about is None or not path.is_file():
        raise FileNotFoundError(tr("There is no saved model {name}.", name=repr(path.stem)))
    # Registers the classes that a file may name: Keras looks them up.
    if about.kind in ("vae", "gan"):
        from dlwidgets.models import GAN, VAE

        _ = GAN, VAE
    model: KerasModel = load_keras().saving.load_model(path, safe_mode=True)
    return model, about


def _read_about(path: Path) -> SavedAbout | None:
    """Return what is stored beside a model; `None` if it is missing or damaged."""
    try:
        stored = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        known = {entry.name for entry in fields(SavedAbout)}
        about = SavedAbout(**{key: stored[key] for key in known & set(stored)})
    except (OSError, ValueError, TypeError):
        return None
    return SavedAbout(**{**asdict(about), "class_names": tuple(map(str, about.class_names))})
