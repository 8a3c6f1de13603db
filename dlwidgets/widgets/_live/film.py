"""Views whose film can be made: what they show at one recorded step after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.widgets.primitives.image_grid import ImageGrid


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Film:
    """A picture of a view, for the frames of a film.

    Attributes:
        name: What the film shows, as in a menu.
        picture: Returns what the view shows now, uint8, shape (height, width, 3).
        shows: Returns whether there is something to see now.
        whole: Returns whether it is finished, for a view that shows unfinished work as well.
        patience: Seconds that a step may take.
    """

    name: str
    picture: Callable[[], NDArray[np.uint8]]
    shows: Callable[[], bool]
    whole: Callable[[], bool] = _always
    patience: float = 60.0


class Filmed(Protocol):
    """What shows recorded steps for a film, also where nobody sees it."""

    @property
    def filmed(self) -> Sequence[Film]:
        """The films that can be made of it."""

    @property
    def busy(self) -> bool:
        """Whether it is about to show the step that it visits."""

    @property
    def drawn_step(self) -> int:
        """The recorded step that it shows; negative where it couldn't show one."""

    def visit(self, step: int) -> None:
        """Show a recorded step, whatever the other views of the run show."""

    def end_visit(self) -> None:
        """Show again what it is to show."""


def grid_film(name: str, grid: ImageGrid) -> Film:
    """Return the film of a grid of images.

    Args:
        name: As for `Film`.
        grid: The grid.
    """
    from dlwidgets.widgets.primitives.pictures import picture_of_grid

    return Film(name, lambda: picture_of_grid(grid), lambda: grid.count > 0)
