"""What a tutorial compares: figures that its source prints, and systems that measure them."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dlwidgets.course.lab import Lab

    Measure = Callable[[Lab], Mapping[str, float]]


@dataclass(frozen=True)
class System:
    """A model with its data and training, as the source describes it at full size.

    Attributes:
        name: A short name, unique within the tutorial.
        measure: Trains it in a `Lab`, and returns its figures by name. `None` where it isn't run.
        about: What it is, in a few words.
        seeds: How many times it is trained, with the seeds 1, 2, …
        why_not: Why it isn't run on an ordinary machine; "" if it is.
    """

    name: str
    measure: Measure | None
    about: str = ""
    seeds: int = 3
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure of a source beside ours.

    Attributes:
        system: The name of the `System` that has this figure.
        figure: Its name among the figures that the system returns.
        title: What it is, such as "Test accuracy".
        printed: What the source prints; "" if it prints none.
        where: The section of the source, such as "Deep Learning with Python, 2.1".
        why: Why ours differs, in a sentence or two; "" where it doesn't.
        metric: The metric of a run whose last value is this figure, such as "val_accuracy"; "" if
            a run doesn't show it.
        digits: Decimals that are shown.
    """

    system: str
    figure: str
    title: str
    printed: str = ""
    where: str = ""
    why: str = ""
    metric: str = ""
    digits: int = 4


@dataclass(frozen=True, kw_only=True)
class Tutorial:
    """The figures of a tutorial.

    Args:
        number: Its number in the course, from 1.
        rows: The figures, in the order of the table.
        systems: What measures them.

    Raises:
        ValueError: A row names a system that doesn't exist, or two systems have one name.
    """

    number: int
    rows: tuple[Row, ...] = field(default=())
    systems: tuple[System, ...] = field(default=())

    def __post_init__(self) -> None:
        names = [system.name for system in self.systems]
        if len(set(names)) < len(names):
            message = f"Expected a name of its own for each system. Received: {names}."
            raise ValueError(message)
        for row in self.rows:
            if row.system not in names:
                message = f"Expected the system of a row to be one of {names}. "
                raise ValueError(message + f"Received: {row.system!r}.")

    def system(self, name: str) -> System:
        """Return a system by name.

        Raises:
            KeyError: There is none.
        """
        return {system.name: system for system in self.systems}[name]


def modules() -> dict[int, str]:
    """Return the names of the tutorials' modules by number, without importing them."""
    folder = str(Path(__file__).parent)
    names = [one.name for one in pkgutil.iter_modules([folder])]
    return {int(name[1:3]): name for name in sorted(names) if _is_tutorial(name)}


def _is_tutorial(name: str) -> bool:
    """Whether it is a name like `t02_a_first_network`."""
    return name[:1] == "t" and name[1:3].isdigit() and name[3:4] == "_"


def tutorial(number: int) -> Tutorial:
    """Return the figures of a tutorial.

    Args:
        number: Its number in the course.

    Raises:
        ValueError: No tutorial with this number has figures.

    Example:
        >>> from dlwidgets.course.tutorial import tutorial
        >>> tutorial(2).rows[-1].printed
        '0.9785'
    """
    known = modules()
    if number not in known:
        message = f"Expected the number of a tutorial with figures, one of {sorted(known)}. "
        raise ValueError(message + f"Received: {number!r}.")
    found = importlib.import_module(f"{__package__}.{known[number]}").TUTORIAL
    assert isinstance(found, Tutorial)
    return found
