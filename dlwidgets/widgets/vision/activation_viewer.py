"""Activations of all layers for one sample: all feature maps, one of them large."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from traitlets import Int, Unicode

from dlwidgets._formatting import format_number, format_percent
from dlwidgets._messages import join_messages, tr, trn
from dlwidgets.vision.activation_view import LayerActivation, layer_activation
from dlwidgets.vision.images import reduced
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._core.text import as_text
from dlwidgets.widgets._core.unit_wire import unit_to_wire
from dlwidgets.widgets._fields.labeled import field
from dlwidgets.widgets._fields.sample import SampleField
from dlwidgets.widgets._live.activations import shared_activations
from dlwidgets.widgets._live.feed import samples_for
from dlwidgets.widgets._live.film import grid_film
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.samples import class_texts
from dlwidgets.widgets._live.view import LiveView, MessageLine
from dlwidgets.widgets.primitives.channel_map import ChannelMap
from dlwidgets.widgets.primitives.figure import Figure
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change

_MAX_SIDE = 64  # pixels of a feature map in the grid
_MIN_SIDE, _MAX_BYTES = 16, 1_000_000  # the same for thousands of maps; bytes of all maps
_LARGE_SIDE = 196  # pixels of the selected channel, a multiple of 28
_MAX_NAMED = 64  # bars with a name below them
_MAX_NUMBERS = 24  # bars with a number below them: more would overlap
_MAX_BAR_NAMES = 24  # layers with a name beside their bar, of more only some have one
_SCALINGS = [(tr("Each channel by itself"), "book"), (tr("All on one scale"), "raw")]


class ActivationViewer(LiveView, ipywidgets.Box):
    """Activations of all layers for one sample, for a model or during training.

    Choose an image (from the data, a file or the camera) and a layer. All feature maps are shown
    with their share of zeros, the most active first, and one of them large over the input with the
    value under the pointer. Dense layers are shown as bars, recurrent and one-dimensional ones as
    time × units.

    Args:
        source: A built Keras model or a Run. `None` for an empty view until `show`.
        x: Samples as the model takes them, shape (n, …); a list or dict of arrays for several
            inputs. Or a data set or generator, of which the first 1,000 samples are used; see
            `dl.data.take`.
        y: The class of each sample, shape (n,) or one-hot, for the tooltips. `None` for none. A
            data set brings its own.
        class_names: One name per class, also for the bars of a layer with as many units. Default:
            the data set's, or their numbers.
        value_range: Lowest and highest value of the pixels. Default: estimated from `x`.

    Raises:
        ValueError: `y` holds no classes, or a class has no name.

    Attributes:
        layer: The layer's path; "" for the first with feature maps. Settable. For a layer that
            doesn't exist, a message names the most similar one.
        index: Index of the sample, -1 for the user's own image. Settable.
        channel: The channel that is shown large; -1 for the most active. Settable.
        result: What is shown; `None` before the first update.
        hold: Whether the view is frozen while its Run continues. Settable.
        busy: Whether an update is in progress.
        message: What you should know about the sample, or why there is nothing to see; "" for
            nothing.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
        >>> dl.ActivationViewer(model, digits.x_test)
        <ActivationViewer>
    """

    layer = Unicode("")
    index = Int(0)
    channel = Int(-1)

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        x: Nested = None,
        y: ArrayLike | None = None,
        class_names: Sequence[str] = (),
        *,
        value_range: tuple[float, float] | None = None,
    ) -> None:
        self.result: LayerActivation | None = None
        self._names: tuple[str, ...] = ()
        self._sorted: tuple[tuple[str, int, int], NDArray[np.int64]] | None = None
        self._bars: tuple[tuple[str, ...], str, list[int]] = ((), "", [])
        self._class_names: list[str] = []
        self._setting = SignalBlocker()  # while the view sets its own controls
        self.follower: Follower[LayerActivation | None] = Follower(
            self._compute, self._draw, self.say_error, name="activations"
        )
        self.message_line = MessageLine()
        super().__init__([self._make_form(), self._make_views()])
        self.add_class("dlw-dashboard")
        self.add_class("dlw-activations")
        self.follower.filmed = [grid_film(tr("Feature maps"), self.grid)]
        self.field.on_change(self._sample_changed)
        self.choice.observe(self._layer_chosen, "value")
        self.scaling.observe(lambda _: self.follower.ask(), "value")
        self.sort.observe(self._sort_changed, "value")
        self.grid.observe(self._channel_clicked, "selected")
        self.overview.on_point(self._bar_clicked)
        self.observe(lambda _: self.follower.ask(), "layer")
        self.observe(lambda change: self.field.choose(change["new"]), "index")
        self.observe(lambda _: self._redraw(), "channel")
        if source is not None:
            self.show(source, x, y, class_names, value_range=value_range)

    def show(
        self,
        source: KerasModel | Run,
        x: Nested = None,
        y: ArrayLike | None = None,
        class_names: Sequence[str] = (),
        *,
        value_range: tuple[float, float] | None = None,
    ) -> None:
        """Show another model or Run. Without `x` the samples stay.

        Args:
            source: A built Keras model or a Run.
            x: As for the class.
            y: As for the class.
            class_names: As for the class.
            value_range: As for the class.

        Raises:
            ValueError: As for the class; the view stays as it was.
        """
        taken = samples_for(source, x, y, class_names)
        labels = class_texts(taken.y, taken.class_names)
        self.follower.leave()
        if taken.x is not None:
            self._class_names = [as_text(name) for name in taken.class_names]
            self.note = taken.note
            self.field.show(taken.x, labels, value_range)
            self.index = 0
        self.result, self._sorted = None, None
        self.follower.show(source)

    # -- work ------------------------------------------------------------------------------------

    def _compute(self, model: KerasModel) -> LayerActivation | None:
        sample = self.field.sample()
        if sample is None:
            return None
        return layer_activation(
            model,
            sample,
            self.layer,
            scaling=self.scaling.value,
            longest=_MAX_SIDE,
            found=shared_activations(self.follower.source, model, sample),
        )

    def _draw(self, result: LayerActivation | None) -> None:
        if result is None:
            self.say(tr("There is no sample to show."))
            return
        self.result = result
        self._offer(result)
        self._redraw()
        self.say(join_messages(result.notes), bad=bool(result.notes))

    # -- what is shown ---------------------------------------------------------------------------

    def _offer(self, result: LayerActivation) -> None:
        """List the layers, and show the share of zeros of each."""
        names = tuple(name for name, _, _ in result.layers)
        with self._setting:
            if names != self._names:
                self._names = names
                self.choice.options = [
                    (f"{name} · {_size(shape)}", name) for name, shape, _ in result.layers
                ]
            self.choice.value = result.layer
        # Bars are drawn upward; the first layer belongs at the top. Less than 1% isn't seen.
        shares = [
            0 if math.isnan(share) else round(100 * share) for _, _, share in result.layers[::-1]
        ]
        if (bars := (names, result.layer, shares)) == self._bars:
            return
        self._bars = bars
        upwards = list(reversed(names))
        colors = ["#d1570f" if name == result.layer else "#1f6fd6" for name in upwards]
        named = _named(len(names), upwards.index(result.layer))
        trace = {
            "type": "bar",
            "orientation": "h",
            "x": shares,
            "y": list(range(len(names))),
            "marker": {"color": colors},
            "customdata": [html.escape(name) for name in upwards],
            "hovertemplate": "%{customdata}: %{x}%<extra></extra>",
        }
        layout = {
            "title": {"text": tr("Zeros in each layer")},
            "xaxis": {"title": {"text": "%"}, "range": [0, 100]},
            "yaxis": {
                "tickmode": "array",
                "tickvals": named,
                "ticktext": [html.escape(_short(upwards[at])) for at in named],
                "automargin": True,
            },
            "margin": {"l": 8, "r": 12, "t": 36, "b": 40},
            "bargap": 0.25 if len(names) <= _MAX_BAR_NAMES else 0,
        }
        self.overview.height = 96 + 20 * min(_MAX_BAR_NAMES, len(names))
        self.overview.show_plain([trace], layout)
        self.overview.layout.display = None

    def _redraw(self) -> None:
        """Show the result again: in another order, or with another large channel."""
        result = self.result
        if result is None:
            return
        self.grid.layout.display = None if result.form == "maps" else "none"
        self.bars.layout.display = None if result.form == "units" else "none"
        self.large.layout.display = "none" if result.form == "units" else None
        self.caption.value = _caption(result)
        order = self._order(result)
        if result.form == "maps":
            self._show_maps(result, order)
        elif result.form == "matrix":
            self.large.stretch, self.large.max_height = True, 420
            self.large.row_name, self.large.column_name = tr("time"), tr("unit")
            self.large.title = tr(
                "{layer}: time from top to bottom, units from left to right", layer=result.layer
            )
            self.large.show(result.values)
        else:
            self._show_bars(result, order)

    def _order(self, result: LayerActivation) -> NDArray[np.int64]:
        if not self.sort.value:
            return np.arange(len(result.means))
        return self._most_active(result)

    def _most_active(self, result: LayerActivation) -> NDArray[np.int64]:
        """The channels by activity, in the same order while the model trains."""
        key = (result.layer, self.index, len(result.means))
        if self._sorted is None or self._sorted[0] != key:
            self._sorted = (key, result.by_activity)
        return self._sorted[1]

    def _show_maps(self, result: LayerActivation, order: NDArray[np.int64]) -> None:
        assert result.images is not None, "maps come with images"
        longest = max(_MIN_SIDE, math.isqrt(_MAX_BYTES // len(order)))
        channel = (
            self.channel if 0 <= self.channel < len(order) else int(self._most_active(result)[0])
        )
        with self._setting:
            self.grid.show(
                reduced(result.images[order][..., np.newaxis], longest),
                labels=[f"{c}" for c in order],
                tooltips=[_tooltip(result, int(c)) for c in order],
            )
            self.grid.selected = int(np.flatnonzero(order == channel)[0])
        self.large.stretch, self.large.max_height = False, _LARGE_SIDE
        self.large.row_name, self.large.column_name = tr("row"), tr("column")
        self.large.title = tr(
            "{layer}, channel {channel}: {percent} zeros",
            layer=result.layer,
            channel=channel,
            percent=format_percent(result.zeros[channel]),
        )
        sample = result.sample
        image = sample if sample.ndim == 3 and sample.shape[-1] in (1, 3) else None
        self.large.show(result.values[..., channel], image, unit_to_wire(result.units, channel))

    def _show_bars(self, result: LayerActivation, order: NDArray[np.int64]) -> None:
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
        xaxis: dict[str, Any] = {"title": {"text": "" if named else tr("unit")}}
        if count <= _MAX_NAMED:
            every = 1 if named else -(-count // _MAX_NUMBERS)
            ticks = list(range(0, count, every))
            xaxis |= {"tickmode": "array", "tickvals": ticks, "ticktext": texts[::every]}
        else:
            xaxis |= {"tickmode": "auto", "showticklabels": False}
        layout = {
            "xaxis": xaxis,
            "yaxis": {"title": {"text": tr("activation")}},
            "margin": {"l": 60, "r": 12, "t": 12, "b": 50},
            "bargap": 0.15,
        }
        self.bars.show_plain([trace], layout)

    # -- what the user does ----------------------------------------------------------------------

    def _sample_changed(self) -> None:
        self.index = self.field.index
        self.follower.ask()

    def _layer_chosen(self, change: Change[str | None]) -> None:
        if not self._setting and change["new"]:
            self.layer = change["new"]

    def _sort_changed(self, _change: Change[bool]) -> None:
        self._sorted = None
        self._redraw()

    def _channel_clicked(self, change: Change[int]) -> None:
        result = self.result
        if self._setting or result is None:
            return
        at = int(change["new"])
        self.channel = int(self._order(result)[at]) if at >= 0 else -1

    def _bar_clicked(self, kind: str, points: list[tuple[int, int]]) -> None:
        if kind == "click" and points and 0 <= points[0][1] < len(self._names):
            self.layer = self._names[len(self._names) - 1 - points[0][1]]

    def _make_form(self) -> ipywidgets.VBox:
        self.field = SampleField()
        self.choice = field(ipywidgets.Dropdown, tr("Layer"), options=[])
        self.scaling = field(
            ipywidgets.Dropdown,
            tr("Brightness"),
            options=_SCALINGS,
            tooltip=tr(
                "Scale each channel by its own mean and standard deviation, or use one scale for "
                "the whole layer."
            ),
        )
        self.sort = ipywidgets.Checkbox(
            value=True,
            description=tr("Most active first"),
            indent=False,
            tooltip=tr("While the model trains, the channels keep their places."),
        )
        self.overview = Figure(height=200)
        self.overview.layout.display = "none"  # until there are bars
        form = ipywidgets.VBox([self.field, self.choice, self.scaling, self.sort])
        form.add_class("dlw-form")
        left = ipywidgets.VBox([form, self.overview])
        left.add_class("dlw-dashboard-form")
        return left

    def _make_views(self) -> ipywidgets.VBox:
        self.caption = TextLine()
        self.caption.add_class("dlw-message")
        self.grid = ImageGrid(
            colormap="viridis",
            max_height=460,
            description=tr("Feature maps"),
            empty_text=tr("Feature maps appear here."),
        )
        self.large = ChannelMap(description=tr("The selected channel over the input"))
        self.bars = Figure(height=300)
        self.bars.layout.display = self.large.layout.display = "none"
        views = ipywidgets.Box([self.grid, self.bars, self.large])
        views.add_class("dlw-activation-views")
        right = ipywidgets.VBox([self.caption, self.message_line, views, self.follower.controls])
        right.add_class("dlw-dashboard-main")
        return right


def _caption(result: LayerActivation) -> str:
    """Return layer, shape, and what is special about the activations."""
    count, silent = len(result.means), int((result.zeros == 1).sum())
    return join_messages(
        [
            _shape_text(result),
            tr("{percent} of the values are 0", percent=format_percent(result.zeros.mean())),
            trn(
                "{n} of {total} is 0 for this sample",
                "{n} of {total} are 0 for this sample",
                silent,
                total=count,
            )
            if silent
            else "",
            "" if np.isfinite(result.values).all() else tr("some values are NaN or infinite"),
        ],
        " · ",
    )


def _shape_text(result: LayerActivation) -> str:
    count, shape = len(result.means), result.values.shape
    if result.form == "maps":
        return trn(
            "{layer}: {n} channel of {size}",
            "{layer}: {n} channels of {size}",
            count,
            layer=result.layer,
            size=_size(shape[:2]),
        )
    if result.form == "matrix":
        return trn(
            "{layer}: {n} unit at {times} times",
            "{layer}: {n} units at {times} times",
            count,
            layer=result.layer,
            times=shape[0],
        )
    return trn("{layer}: {n} unit", "{layer}: {n} units", count, layer=result.layer)


def _tooltip(result: LayerActivation, channel: int) -> str:
    return tr(
        "Channel {channel}: {percent} zeros, mean absolute value {mean}.",
        channel=channel,
        percent=format_percent(result.zeros[channel]),
        mean=format_number(result.means[channel]),
    )


def _size(shape: Sequence[int]) -> str:
    return "×".join(str(side) for side in shape) or "1"


def _named(count: int, chosen: int) -> list[int]:
    """Which of a column of bars have a name beside them: as many as fit, and the chosen one."""
    every = -(-count // _MAX_BAR_NAMES)
    # Counted from the top, which is the last.
    regular = [at for at in range(count - 1, -1, -every) if abs(at - chosen) >= every]
    return sorted([*regular, chosen])


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"…{name[-23:]}"
