"""What each layer makes of an image: all feature maps at once, one of them large."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from traitlets import Int, Unicode

from dlwidgets._formatting import format_percent
from dlwidgets.training.errors import explain
from dlwidgets.vision.activation_view import LayerActivation, layer_activation
from dlwidgets.vision.images import reduced
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._fields.sample import SampleField
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets.primitives.channel_map import ChannelMap
from dlwidgets.widgets.primitives.figure import Figure
from dlwidgets.widgets.primitives.image_grid import ImageGrid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.widgets._core.change import Change

_LONGEST = 64  # pixels of a channel's picture in the grid
_SHORTEST, _MOST_BYTES = 16, 1_000_000  # the same where there are thousands; all of them together
_MOST_NAMED = 64  # bars that have a name below them
_SCALINGS = [("Each channel by itself", "book"), ("All on one scale", "raw")]


class ActivationViewer(ClosesChildren, ipywidgets.Box):
    """All layers' activations for one sample, of a model or of a Run while it trains.

    Choose an image (out of the data, a file, the camera) and a layer: every feature map is shown,
    with its share of zeros, the most active first; one of them large over the input, with the value
    under the pointer. Dense layers are bars, recurrent and one-dimensional ones time × units.

    Args:
        source: A built Keras model, or a `Run` that is followed; None for `show` later.
        x: Samples as the model takes them, shape (n, …); a list or dict for several inputs.
        labels: One text per sample.
        class_names: Names for the bars of a layer with as many units, as text.
        value_range: The pixels' lowest and highest value; None to guess it from `x`.

    Attributes:
        layer: The layer's path name, "" for the first with feature maps. One that is not there is
            told about in words.
        index: Which sample, -1 for a picture of one's own.
        channel: The channel that is shown large, -1 for the most active.
        result: What is shown, None before the first look.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
        >>> dl.ActivationViewer(model, digits.x_test)
        ActivationViewer(...)
    """

    layer = Unicode("")
    index = Int(0)
    channel = Int(-1)

    def __init__(
        self,
        source: Any = None,
        x: Any = None,
        *,
        labels: Sequence[str] = (),
        class_names: Sequence[str] = (),
        value_range: tuple[float, float] | None = None,
    ) -> None:
        self.result: LayerActivation | None = None
        self._names: tuple[str, ...] = ()
        self._class_names: list[str] = []
        self._setting = SignalBlocker()
        self._build()
        super().__init__([self._form, self._main])
        self.add_class("dlw-dashboard")
        self.add_class("dlw-activations")
        self.follower: Follower[LayerActivation | None] = Follower(
            self._compute, self._draw, self._failed, name="activations"
        )
        self._main.children = (*self._main.children, self.follower.controls)
        self.field.on_change(self._sample_changed)
        self.choice.observe(self._layer_chosen, "value")
        self.scaling.observe(lambda _: self.follower.ask(), "value")
        self.sort.observe(lambda _: self._redraw(), "value")
        self.grid.observe(self._channel_clicked, "selected")
        self.overview.on_point(self._bar_clicked)
        self.observe(lambda _: self.follower.ask(), "layer")
        self.observe(lambda change: self.field.choose(change["new"]), "index")
        self.observe(lambda _: self._redraw(), "channel")
        if source is not None:
            self.show(source, x, labels=labels, class_names=class_names, value_range=value_range)

    def show(
        self,
        source: Any,
        x: Any = None,
        *,
        labels: Sequence[str] = (),
        class_names: Sequence[str] = (),
        value_range: tuple[float, float] | None = None,
    ) -> None:
        """Look at another model or Run, with other samples where they are given.

        Args:
            source: A built Keras model, or a `Run`.
            x: As for the class; None to keep the samples.
            labels: As for the class.
            class_names: As for the class.
            value_range: As for the class.
        """
        self.follower.leave()
        if x is not None:
            self.field.show(x, labels, value_range)
            self._class_names = [str(name) for name in class_names]
            self.index = 0
        self.result = None
        self.follower.show(source)

    def close(self) -> None:
        """Take the view off the page, and follow no longer."""
        self.follower.close()
        super().close()

    # -- work ------------------------------------------------------------------------------------

    def _compute(self, model: Any) -> LayerActivation | None:
        sample = self.field.sample()
        if sample is None:
            return None
        return layer_activation(
            model, sample, self.layer, scaling=self.scaling.value, longest=_LONGEST
        )

    def _draw(self, result: LayerActivation | None) -> None:
        if result is None:
            self._say("There is no sample to look at.")
            return
        self.result = result
        self._offer(result)
        self._redraw()
        self._say(" ".join(result.notes), bad=bool(result.notes))

    def _failed(self, error: Exception) -> None:
        text = str(error) if isinstance(error, (ValueError, TypeError)) else explain(error)
        self._say(f"No activations: {text}"[:500], bad=True)

    # -- what is shown ---------------------------------------------------------------------------

    def _offer(self, result: LayerActivation) -> None:
        """The layers to choose from, and what of each is zero."""
        names = tuple(name for name, _, _ in result.layers)
        with self._setting:
            if names != self._names:
                self._names = names
                self.choice.options = [
                    (f"{name} · {_size(shape)}", name) for name, shape, _ in result.layers
                ]
            self.choice.value = result.layer
        # Bars are drawn upwards: the input's side is to be at the top.
        shares = [100 * share for _, _, share in reversed(result.layers)]
        upwards = list(reversed(names))
        colors = ["#d1570f" if name == result.layer else "#1f6fd6" for name in upwards]
        trace = {
            "type": "bar",
            "orientation": "h",
            "x": shares,
            "y": list(range(len(names))),
            "marker": {"color": colors},
            "hovertemplate": "%{x:.1f} % zeros<extra></extra>",
        }
        layout = {
            "title": {"text": "Zeros in each layer"},
            "xaxis": {"title": {"text": "%"}, "range": [0, 100]},
            "yaxis": {
                "tickmode": "array",
                "tickvals": list(range(len(names))),
                "ticktext": [html.escape(_short(name)) for name in upwards],
                "automargin": True,
            },
            "margin": {"l": 8, "r": 12, "t": 36, "b": 40},
            "bargap": 0.25,
        }
        self.overview.height = min(520, 96 + 20 * len(names))
        self.overview.show_plain([trace], layout)
        self.overview.layout.display = None

    def _redraw(self) -> None:
        """Show what was found once more: in another order, or another channel large."""
        result = self.result
        if result is None:
            return
        self.grid.layout.display = None if result.form == "maps" else "none"
        self.bars.layout.display = None if result.form == "units" else "none"
        self.large.layout.display = "none" if result.form == "units" else None
        self.about.value = self._words(result)
        order = self._order(result)
        if result.form == "maps":
            self._show_maps(result, order)
        elif result.form == "matrix":
            self.large.stretch, self.large.max_height = True, 420
            self.large.row_name, self.large.column_name = "time", "unit"
            self.large.title = f"{result.layer}: time down, units across"
            self.large.show(result.values)
        else:
            self._show_bars(result, order)

    def _order(self, result: LayerActivation) -> Any:
        return result.by_activity if self.sort.value else np.arange(len(result.means))

    def _show_maps(self, result: LayerActivation, order: Any) -> None:
        assert result.images is not None, "maps come with pictures"
        longest = max(_SHORTEST, math.isqrt(_MOST_BYTES // len(order)))
        channel = self.channel if 0 <= self.channel < len(order) else int(result.by_activity[0])
        with self._setting:
            self.grid.show(
                reduced(result.images[order][..., np.newaxis], longest),
                labels=[f"{c}" for c in order],
                tooltips=[
                    f"Channel {c}: {format_percent(result.zeros[c])} zeros, "
                    f"mean size {result.means[c]:.3g}"
                    for c in order
                ],
            )
            self.grid.selected = int(np.flatnonzero(order == channel)[0])
        self.large.stretch, self.large.max_height = False, 340
        self.large.row_name, self.large.column_name = "row", "column"
        self.large.title = (
            f"{result.layer}, channel {channel}: {format_percent(result.zeros[channel])} zeros"
        )
        sample = result.sample
        picture = sample if sample.ndim == 3 and sample.shape[-1] in (1, 3) else None
        self.large.show(result.values[..., channel], picture)

    def _show_bars(self, result: LayerActivation, order: Any) -> None:
        count = len(order)
        named = len(self._class_names) == count
        texts = [html.escape(self._class_names[i]) if named else str(i) for i in order]
        trace = {
            "type": "bar",
            "x": np.arange(count),
            "y": result.values[order].astype(np.float64),
            "customdata": texts,
            "hovertemplate": "%{customdata}: %{y:.4g}<extra></extra>",
        }
        xaxis: dict[str, Any] = {"title": {"text": "" if named else "unit"}}
        if count <= _MOST_NAMED:
            xaxis |= {"tickmode": "array", "tickvals": list(range(count)), "ticktext": texts}
        else:
            xaxis |= {"tickmode": "auto", "showticklabels": False}
        layout = {
            "xaxis": xaxis,
            "yaxis": {"title": {"text": "activation"}},
            "margin": {"l": 60, "r": 12, "t": 12, "b": 50},
            "bargap": 0.15,
        }
        self.bars.show_plain([trace], layout)

    def _words(self, result: LayerActivation) -> str:
        shape = _size(result.values.shape)
        what = {"maps": "channels of", "matrix": "units at", "units": "units"}[result.form]
        count = len(result.means)
        at = {
            "maps": f" {_size(result.values.shape[:2])}",
            "matrix": f" {result.values.shape[0]} times",
            "units": "",
        }[result.form]
        silent = int((result.zeros == 1).sum())
        text = f"{result.layer} ({shape}): {count:,} {what}{at}. "
        text += f"{format_percent(result.zeros.mean())} of its values are 0"
        if silent:
            text += f"; {silent:,} of {count:,} found nothing in this sample"
        if not np.isfinite(result.values).all():
            text += "; some of its values are not numbers"
        return text + "."

    # -- what the visitor does -------------------------------------------------------------------

    def _sample_changed(self) -> None:
        self.index = self.field.index
        self.follower.ask()

    def _layer_chosen(self, change: Change[str | None]) -> None:
        if not self._setting and change["new"]:
            self.layer = change["new"]

    def _channel_clicked(self, change: Change[int]) -> None:
        result = self.result
        if self._setting or result is None:
            return
        at = int(change["new"])
        self.channel = int(self._order(result)[at]) if at >= 0 else -1

    def _bar_clicked(self, kind: str, points: list[tuple[int, int]]) -> None:
        if kind == "click" and points and 0 <= points[0][1] < len(self._names):
            self.layer = self._names[len(self._names) - 1 - points[0][1]]

    def _say(self, text: str, *, bad: bool = False) -> None:
        self.status.value = text
        self.status.layout.display = None if text else "none"
        (self.status.add_class if bad else self.status.remove_class)("dlw-error")

    def _build(self) -> None:
        self.field = SampleField()
        self.choice = ipywidgets.Dropdown(
            description="Layer",
            options=[],
            style={"description_width": "96px"},
            layout={"width": "100%"},
        )
        self.scaling = ipywidgets.Dropdown(
            description="Brightness",
            options=_SCALINGS,
            tooltip="The book's: mean and deviation of each channel. Or one scale for the layer",
            style={"description_width": "96px"},
            layout={"width": "100%"},
        )
        self.sort = ipywidgets.Checkbox(value=True, description="Most active first", indent=False)
        self.overview = Figure(height=200)
        self.overview.layout.display = "none"  # until there are bars: axes alone say nothing
        self.about = ipywidgets.Label()
        self.about.add_class("dlw-message")
        self.status = ipywidgets.Label()
        self.status.add_class("dlw-message")
        self.grid = ImageGrid(
            colormap="viridis",
            max_height=460,
            description="Feature maps",
            empty_text="Feature maps appear here.",
        )
        self.large = ChannelMap(description="The chosen channel over the input")
        self.bars = Figure(height=300)
        self.bars.layout.display = self.large.layout.display = "none"
        form = ipywidgets.VBox([self.field, self.choice, self.scaling, self.sort])
        form.add_class("dlw-form")
        self._form = ipywidgets.VBox([form, self.overview])
        self._form.add_class("dlw-dashboard-form")
        views = ipywidgets.Box([self.grid, self.bars, self.large])
        views.add_class("dlw-activation-views")
        self._main = ipywidgets.VBox([self.about, self.status, views])
        self._main.add_class("dlw-dashboard-main")


def _size(shape: Sequence[int]) -> str:
    return "×".join(str(side) for side in shape) or "1"


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"…{name[-23:]}"
