"""A lightweight widget for plotly.py figures: one Plotly per page, arrays as bytes."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
from plotly.utils import PlotlyJSONEncoder
from traitlets import Dict, Int, Unicode

from dlwidgets.widgets._core.text import to_page
from dlwidgets.widgets._core.view import View
from dlwidgets.widgets._core.wire import raw_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_DTYPES = {
    "f8": "float64",
    "f4": "float32",
    "i4": "int32",
    "u4": "uint32",
    "i2": "int16",
    "u2": "uint16",
    "i1": "int8",
    "u1": "uint8",
}


class Figure(View):
    """A `plotly.graph_objects.Figure` that follows the light or dark theme of the page.

    Args:
        figure: The figure. `show` changes it.
        height: Pixels.

    Example:
        >>> import plotly.graph_objects as go
        >>> dl.Figure(go.Figure(go.Bar(x=["cat", "dog"], y=[0.2, 0.8])), height=200).height
        200
    """

    _model_name = Unicode("FigureModel").tag(sync=True)
    _view_name = Unicode("FigureView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"click", "select"})

    figure = Dict().tag(sync=True, to_json=to_page)
    height = Int(360, min=80, max=4000).tag(sync=True)

    def __init__(self, figure: go.Figure | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._listeners: list[Callable[[str, list[tuple[int, int]]], None]] = []
        if figure is not None:
            self.show(figure)

    def show(self, figure: go.Figure) -> None:
        """Show another figure.

        Args:
            figure: The figure.

        Raises:
            TypeError: `figure` isn't a plotly figure.
        """
        if not isinstance(figure, go.Figure):
            message = f"Expected a `plotly.graph_objects.Figure`. Received: {type(figure).__name__}"
            raise TypeError(message)
        plain = figure.to_plotly_json()
        layout = plain.get("layout", {})
        default = pio.templates[pio.templates.default] if pio.templates.default else None
        if default is not None and layout.get("template") == default.to_plotly_json():
            # The default template is 6 kB of colors that the page's own theme replaces.
            layout = {k: v for k, v in layout.items() if k != "template"}
        self.figure = {"data": _binary(plain.get("data", [])), "layout": _binary(layout)}

    def show_plain(self, data: Sequence[dict[str, Any]], layout: dict[str, Any]) -> None:
        """Show a figure without plotly's checks, which take most of the time of `show`.

        Args:
            data: Traces in plotly's JSON form, preferably with NumPy arrays. Texts may be messages.
            layout: The layout, likewise.
        """
        self.figure = {"data": _binary(data), "layout": _binary(layout)}

    def on_point(self, listener: Callable[[str, list[tuple[int, int]]], None]) -> None:
        """Call `listener(kind, points)` at a click or a selection.

        Args:
            listener: Receives `"click"` or `"select"`, and a list of (curve, point) indices.
        """
        self._listeners.append(listener)

    def _on_click(self, content: dict[str, Any]) -> None:
        self._tell("click", content)

    def _on_select(self, content: dict[str, Any]) -> None:
        self._tell("select", content)

    def _tell(self, kind: str, content: dict[str, Any]) -> None:
        raw = content.get("points")
        points = [
            (p["curve"], p["point"])
            for p in (raw if isinstance(raw, list) else [])
            if isinstance(p, dict)
            and isinstance(p.get("curve"), int)
            and isinstance(p.get("point"), int)
        ]
        for listener in self._listeners:
            listener(kind, points)


def _binary(value: Any) -> Any:
    """Return the same structure with every array as bytes."""
    if isinstance(value, dict):
        if "bdata" in value and value.get("dtype") in _DTYPES:
            raw = base64.b64decode(value["bdata"])
            dtype = _DTYPES[value["dtype"]]
            size = len(raw) // np.dtype(dtype).itemsize
            shape = [int(n) for n in re.findall(r"\d+", str(value.get("shape", size)))]
            return {"_dlw": "nd", "dtype": dtype, "shape": shape, "data": memoryview(raw)}
        return {k: _binary(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_binary(v) for v in value]
    if isinstance(value, np.ndarray):
        return _from_array(value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    # plotly writes what JSON can't hold, such as dates and NaN.
    return json.loads(PlotlyJSONEncoder().encode(value))


def _from_array(array: np.ndarray[Any, Any]) -> Any:
    if array.dtype.kind == "f" and array.dtype.itemsize not in (4, 8):
        array = array.astype(np.float32)
    elif array.dtype.kind in "iu" and array.dtype.itemsize == 8:
        # JavaScript has no plain array of 64-bit integers.
        array = array.astype(np.float64)
    if array.dtype.name not in _DTYPES.values():
        return json.loads(PlotlyJSONEncoder().encode(array))  # text, dates, objects
    flat = np.ascontiguousarray(array)
    return {
        "_dlw": "nd",
        "dtype": flat.dtype.name,
        "shape": list(flat.shape),
        "data": raw_bytes(flat),
    }
