"""Libraries of other tools, which are installed or not, and their errors."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dlwidgets._causes import cause_of
from dlwidgets._messages import tr
from dlwidgets.recording.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterator


def library(name: str) -> Any:
    """Import another tool's library.

    Args:
        name: Its name, which is that of its package as well.

    Raises:
        RecordingError: It isn't installed, or can't be imported.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise _broken(name, error) from error
        message = tr(
            "Exporting to {name} needs the package {name}. Install it with `pip install {name}`.",
            name=name,
        )
        raise RecordingError(message) from error
    except ImportError as error:
        raise _broken(name, error) from error


@contextmanager
def errors_of(name: str) -> Iterator[None]:
    """Turn whatever another tool raises into a `RecordingError`.

    Args:
        name: The tool.
    """
    try:
        yield
    except RecordingError:
        raise
    except Exception as error:  # its errors have no common class
        message = tr(
            "{name} couldn't write the run: {reason}", name=name, reason=cause_of(str(error))
        )
        raise RecordingError(message) from error


def _broken(name: str, error: ImportError) -> RecordingError:
    return RecordingError(
        tr("The package {name} can't be imported: {reason}", name=name, reason=str(error))
    )
