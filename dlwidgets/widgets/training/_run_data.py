"""The data that a recorded run goes on with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dlwidgets import data as data_sets
from dlwidgets._messages import tr
from dlwidgets.vision.demo_networks import samples
from dlwidgets.vision.networks import DEMO_NETWORKS
from dlwidgets.widgets.training._run_rows import about_of

if TYPE_CHECKING:
    from dlwidgets.recording import RecordedRun

Given = Any
"""Arrays `(x, y)`, arguments of `dl.resume` by name, a `Dataset`, or a function of the run that
returns one of these."""

_PAIR = 2


def arguments_for(run: RecordedRun, given: Given) -> dict[str, Any] | None:
    """Return the data of a run, as arguments of `dl.resume` by name.

    Args:
        run: The recorded run.
        given: What the user has given, `None` for nothing.

    Returns:
        The arguments; `None` if the data isn't known.

    Raises:
        TypeError: What was given is no data.
        DataError: The data set of the run isn't on this machine.
    """
    if isinstance(given, Callable):  # type: ignore[arg-type]
        given = given(run)
    if given is None:
        return _of_page(run)
    if isinstance(given, Mapping):
        return dict(given)
    if isinstance(given, data_sets.Dataset):
        return _of_data_set(given)
    if isinstance(given, tuple) and len(given) == _PAIR:
        return {"x": given[0], "y": given[1]}
    raise TypeError(
        tr(
            "Expected `data` to be (x, y), a dict of arguments of `dl.resume`, a Dataset, or a "
            "function that returns one of these. Received: {kind}",
            kind=type(given).__name__,
        )
    )


def _of_page(run: RecordedRun) -> dict[str, Any] | None:
    """The data of a run of a page, or of one that was recorded with its name."""
    about = about_of(run.info)
    name = about.get("dataset")
    if about.get("kind") == "network":
        network = next((n for n in DEMO_NETWORKS if n.trained_on == name), None)
        if network is None:
            return None
        (x, y), held_out = samples(network.trained_on)
        return {"x": x, "y": y, "validation_data": held_out}
    if not isinstance(name, str) or name not in data_sets.available():
        return None
    return _of_data_set(data_sets.load(name).normalized())


def _of_data_set(data: data_sets.Dataset) -> dict[str, Any]:
    return {
        "x": data.x_train,
        "y": data.y_train,
        "validation_data": (data.x_test, data.y_test),
    }


def code_for(run: RecordedRun, kind: str, number: int) -> str:
    """Return the line that does in a notebook what can't be done without the data.

    Args:
        run: The recorded run.
        kind: `"resume"`, `"more"` or `"fork"`.
        number: More epochs, or the step.
    """
    recorded = run.info.get("data")
    names = list(recorded) if isinstance(recorded, dict) else []
    validated = any(str(name).startswith("validation_data") for name in names)
    given = f"{str(run.path)!r}, x, y{', validation_data=(x_val, y_val)' if validated else ''}"
    if kind == "fork":
        return f"run = dl.fork({given}, step={number})"
    if kind == "more":
        return f"run = dl.resume({given}, epochs={run.epochs_total + number})"
    return f"run = dl.resume({given})"
