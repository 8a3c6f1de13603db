"""Vectors as points in a plane, with the sample under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Dict, Enum, Float, Int, Unicode

from dlwidgets.widgets._core.pixels import COLORMAPS, image_atlas
from dlwidgets.widgets._core.text import Text, Texts, to_page
from dlwidgets.widgets._core.view import View, finite_number
from dlwidgets.widgets._core.wire import raw_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

NO_CLASS = 65_535
"""The class of a point without a class."""


class VectorPlane(View):
    """Colored points to zoom, point at and select, perhaps over a surface.

    Attributes:
        extent: How far the plane reaches from the origin before it is zoomed; 0 for as far as the
            points.
        selected: Row number of the selected point's vector; -1 for none.
        hovered: Image and text of the point under the pointer.
        progress: Share of the projection that is done, from 0 to 1; 1 if none is in progress.
    """

    _model_name = Unicode("VectorPlaneModel").tag(sync=True)
    _view_name = Unicode("VectorPlaneView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"hover", "pick"})

    points = Dict().tag(sync=True)
    surface = Dict().tag(sync=True)
    extent = Float(0.0, min=0.0).tag(sync=True)
    class_names = Texts()
    selected = Int(-1).tag(sync=True)
    hovered = Dict().tag(sync=True, to_json=to_page)
    x_label = Text()
    y_label = Text()
    summary = Text()
    notice = Text()
    title = Text()
    progress = Float(1.0, min=0.0, max=1.0).tag(sync=True)
    colormap = Enum(list(COLORMAPS), default_value="gray").tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self._hover_listeners: list[Callable[[int, int], None]] = []
        self._pick_listeners: list[Callable[[int], None]] = []
        super().__init__(**kwargs)

    def on_hover(self, listener: Callable[[int, int], None]) -> None:
        """Call `listener(row, asked)` when the pointer is over another point."""
        self._hover_listeners.append(listener)

    def on_pick(self, listener: Callable[[int], None]) -> None:
        """Call `listener(row)` when a point is selected; -1 for none."""
        self._pick_listeners.append(listener)

    def show_points(
        self,
        places: NDArray[Any],
        rows: NDArray[Any],
        classes: NDArray[Any],
        wrong: NDArray[Any],
        class_names: Sequence[str],
    ) -> None:
        """Show points in place of the current ones.

        Args:
            places: Positions, shape (m, 2).
            rows: Row numbers of the vectors, shape (m,).
            classes: Classes, shape (m,); `NO_CLASS` for none.
            wrong: Whether each sample was predicted wrong, shape (m,).
            class_names: One name per class.
        """
        with self.hold_sync():
            self.class_names = list(class_names)
            self.points = {
                "count": len(places),
                "places": raw_bytes(np.asarray(places, "<f4")),
                "rows": raw_bytes(np.asarray(rows, "<u4")),
                "classes": raw_bytes(np.asarray(classes, "<u2")),
                "wrong": raw_bytes(np.asarray(wrong, np.uint8)),
            }

    def show_surface(self, shares: NDArray[np.uint8] | None) -> None:
        """Show how much of the first class and of the second each part of the plane has.

        Args:
            shares: uint8, shape (side, side), the highest row first, over the square that reaches
                to `extent`; 255 is all of the first class. None for no surface.
        """
        self.surface = {} if shares is None else image_atlas(255 - shares)

    def _on_hover(self, content: dict[str, Any]) -> None:
        row, asked = finite_number(content, "row"), finite_number(content, "asked")
        if row is None or asked is None or not 0 <= row < 2**32:
            return
        for listener in self._hover_listeners:
            listener(int(row), int(max(0, min(2**31, asked))))

    def _on_pick(self, content: dict[str, Any]) -> None:
        row = finite_number(content, "row")
        if row is None or not -1 <= row < 2**32:
            return
        for listener in self._pick_listeners:
            listener(int(row))
