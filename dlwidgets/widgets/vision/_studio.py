"""What the studios share: a picture that develops while it is made, again for each setting."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._tensorflow import warm_up
from dlwidgets.training.errors import explain
from dlwidgets.vision.images import encode_png, resize
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._fields.weights import WeightsField
from dlwidgets.widgets.primitives.chart import Chart
from dlwidgets.widgets.primitives.compare import Compare
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.vision._studio_network import StudioNetwork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.vision.features import Scaling
    from dlwidgets.vision.networks import Network
    from dlwidgets.widgets._core.change import Change

_INTERVAL = 0.35  # seconds between two pictures: a server drops more than a megabyte per second
_PREVIEW = 320  # pixels of the longer side while it develops: 200 kB
_AGAIN = 4.0  # seconds between two pictures that are made because the network has learned
_NOT_BEGUN = "Cancelled before the first step."


class Studio(ClosesChildren, ipywidgets.Box):
    """A form, a picture before and after, and the work between them.

    Args:
        network: Where the features come from.
        fields: The controls of the form, from top to bottom.
        series: The curves of the chart: name and label of each.
        **chart: Options of the `Chart`.

    Attributes:
        compare: The two pictures.
        status: What is going on.
        made: The settings of the newest picture, which the form may have left behind.
        result: The newest picture and its settings, None before the first.
    """

    kind = "picture"
    _request = -1  # until there is something to close

    def __init__(
        self, network: StudioNetwork, fields: Sequence[Any], series: dict[str, str], **chart: Any
    ) -> None:
        self.network = network
        self.result: tuple[NDArray[np.uint8], dict[str, Any]] | None = None
        self._request = 0
        self._taken = self._making = 0  # requests: taken up last, and under way last
        self._failed_at = -1  # the network's step at which automatic pictures failed
        self._auto, self._made_at, self._ended = True, -1, 0.0
        self._cancelled = False
        self._series = series
        self._worker = Worker(f"dlwidgets-{self.kind}", self._failed)
        self.compare = Compare(after_label=self.kind.title(), max_height=520)
        self.status = ipywidgets.Label("Starting…")
        self.status.add_class("dlw-message")
        self.made = ipywidgets.Label(layout={"display": "none"})
        self.made.add_class("dlw-message")
        self.about_network = ipywidgets.Label()
        self.about_network.add_class("dlw-message")
        self.chart = Chart(height=200, empty_text="The loss of each step appears here.", **chart)
        self.start = ipywidgets.Button(
            description="Start", button_style="primary", tooltip="Make the picture anew"
        )
        self.cancel = ipywidgets.Button(
            description="Cancel",
            tooltip="Stop at once and keep the picture as it is",
            disabled=True,
        )
        self.follow = ipywidgets.Checkbox(
            value=True, description="Start again at each change", indent=False
        )
        self.save = DownloadButton(
            self._file, label="Save PNG", hint="The picture, with its settings in the file"
        )
        self.save.disabled = True
        self.start.on_click(lambda _: self._press_start())
        self.cancel.on_click(lambda _: self._press_cancel())
        self.choice = ipywidgets.Dropdown(
            description="Network",
            options=[(n.title, k) for k, n in network.choices.items()],
            style={"description_width": "96px"},
            layout={"width": "100%"},
        )
        if len(network.choices) < 2:
            self.choice.layout.display = "none"
        self.weights = WeightsField(network.missing, self._use)
        buttons = ipywidgets.Box([self.start, self.cancel], layout={"flex_flow": "row wrap"})
        buttons.add_class("dlw-actions")
        form = ipywidgets.VBox([*fields, self.choice, self.weights, self.follow, buttons])
        form.add_class("dlw-form")
        left = ipywidgets.VBox([form])
        left.add_class("dlw-dashboard-form")
        actions = ipywidgets.Box([self.save], layout={"flex_flow": "row wrap"})
        actions.add_class("dlw-actions")
        right = ipywidgets.VBox(
            [self.compare, self.status, self.about_network, actions, self.made, self.chart]
        )
        right.add_class("dlw-dashboard-main")
        super().__init__([left, right])
        self.add_class("dlw-dashboard")
        self.add_class("dlw-studio")
        self.choice.observe(self._network_chosen, "value")
        self._asked: Any = self.settings()
        warm_up()
        self.compare.when_seen(lambda: self._worker.submit(self._prepare))
        TICKER.add(self)

    # -- what a studio of a kind says ----------------------------------------------------------

    def settings(self) -> dict[str, Any]:
        """What the form says, as JSON can hold it."""
        raise NotImplementedError

    def _before(self) -> NDArray[np.uint8]:
        raise NotImplementedError

    def _states(self, settings: dict[str, Any], stop: Callable[[], bool]) -> Iterator[Any]:
        raise NotImplementedError

    def _point(self, state: Any) -> dict[str, float]:
        raise NotImplementedError

    def _words(self, state: Any) -> str:
        raise NotImplementedError

    def _network_changed(self) -> None:
        raise NotImplementedError

    # -- making pictures -----------------------------------------------------------------------

    @property
    def chosen(self) -> Network:
        """The network that the form says; the work takes it up with its next picture."""
        return self.network.choices[self.choice.value]

    def changed(self, _change: Change[object] | None = None) -> None:
        """Something on the form is another: begin again.

        A page rounds its sliders as it opens: what means the same makes no other picture.
        """
        if self.follow.value and self.settings() != self._asked:
            self._press_start()

    def picture_changed(self) -> None:
        """Another picture was chosen, which may have the name of the one before: begin again."""
        if self.follow.value:
            self._press_start()

    def show_before(self) -> None:
        """Show the picture to begin with, and no result yet."""
        self.compare.show(before=self._before())
        self.compare.clear_after()

    def tick(self) -> bool:
        """Follow the network; called by the pump."""
        text = self.network.describe()
        if self.about_network.value != text:
            self.about_network.value = text
        step = self.network.step
        learned = step > max(self._made_at, 0) and time.monotonic() >= self._ended + _AGAIN
        due = (learned and not self._worker.busy) or self._early
        if self._auto and due and step != self._failed_at:
            self._submit()
        return True

    @property
    def _early(self) -> bool:
        """Whether a picture is being made with filters that knew nothing, and now know more."""
        run, under_way = self.network.run, self._making == self._request and self._worker.busy
        return run is not None and under_way and run.epoch >= 1 > 2 * self.network.loaded[1]

    def _press_start(self) -> None:
        self._auto = True  # also where the training of the network is still to come
        self._submit()

    def _press_cancel(self) -> None:
        self._auto, self._asked, self._cancelled = False, None, True
        self._say("Cancelling…")
        self._request += 1  # what is being made is no longer the newest
        self.cancel.disabled = True

    def _submit(self) -> None:
        self._request += 1
        request, settings = self._request, self.settings()
        self._asked, self._cancelled = settings, False
        self.cancel.disabled = False
        self._worker.submit(lambda: self._make(request, settings))

    def _prepare(self) -> None:
        self.compare.show(before=self._before())
        self.network.prepare(self._say)
        run = self.network.run
        if self._cancelled:
            self._say(_NOT_BEGUN)
        elif run is None or run.state.value != "ready":
            self._submit()  # a network that has learned nothing yet dreams as well
        else:
            self._say("Start the training: the first picture follows its first step.")

    def _make(self, request: int, settings: dict[str, Any]) -> None:
        """Make a picture and show it on the way; on the worker's thread."""

        def stop() -> bool:
            return request != self._request

        if stop():
            self._end_unbegun()
            return
        self._taken = request
        self.network.choose(settings["network"])
        self.network.prepare(self._say)
        if stop():
            self._end_unbegun()
            return
        self.chart.clear()
        for name, label in self._series.items():
            self.chart.add_series(name, name=label)
        self.compare.show(before=self._before())
        states = self._states(settings, stop)
        self._made_at = self.network.loaded[0]
        settings = {**settings, "network_steps": self._made_at}
        self._making = request
        begun, shown, state, count = time.perf_counter(), 0.0, None, 0
        for state in states:
            count += 1
            now = time.perf_counter()
            for name, value in self._point(state).items():
                self.chart.append(
                    name, step=[count], epoch=[0.0], time=[now - begun], value=[value]
                )
            if now >= shown + _INTERVAL and not state.done:
                shown = now
                self.compare.show(after=resize(state.image, _PREVIEW))
                self._say(self._words(state))
            if stop():
                break
        self._ended = time.monotonic()
        if state is None:
            self._end_unbegun()
            return
        took = time.perf_counter() - begun
        whole = "" if state.done else f"Stopped after {count} steps. "
        if not state.done:
            settings["stopped_after"] = count
        self.compare.show(after=state.image)
        self.result = state.image, settings
        self.made.value = f"Settings of this picture: {_in_words(settings)}."
        self.made.layout.display = None
        self.save.disabled = False
        self._say(f"{whole}{self._words(state)} {count / took:.1f} steps per second.")
        if request == self._request:
            self.cancel.disabled = True

    def _end_unbegun(self) -> None:
        if self._cancelled:  # else something newer has taken its place, and speaks for itself
            self._say(_NOT_BEGUN)

    def _failed(self, error: Exception) -> None:
        known = isinstance(error, (ValueError, ArithmeticError, FileNotFoundError))
        text = str(error) if known else explain(error)
        self._say(text[:1].upper() + text[1:], bad=True)
        self._failed_at = self.network.step
        self._ended = time.monotonic()
        if self._taken == self._request:  # nothing newer waits
            self.cancel.disabled = True

    def _say(self, text: str, *, bad: bool = False) -> None:
        self.status.value = text
        (self.status.add_class if bad else self.status.remove_class)("dlw-error")

    def _use(self, network: Network) -> None:
        """Take up a network whose weights have come meanwhile."""
        if network.name not in self.network.choices:
            self.network.choices[network.name] = network
            present = self.choice.value
            self.choice.unobserve(self._network_chosen, "value")  # which new options set anew
            self.choice.options = [(n.title, k) for k, n in self.network.choices.items()]
            self.choice.value = present
            self.choice.observe(self._network_chosen, "value")
            self.choice.layout.display = None
        self.choice.value = network.name

    def _network_chosen(self, change: Change[str]) -> None:
        if change["new"] not in self.network.choices:
            return
        self._auto = True
        self._network_changed()
        self._submit()

    def _file(self) -> tuple[str, bytes]:
        if self.result is None:
            message = "there is no picture yet"
            raise ValueError(message)
        image, settings = self.result
        return f"{self.kind}-{settings['picture']}.png", encode_png(image, settings)

    def close(self) -> None:
        """Take the studio off the page; what is being made is left."""
        if self._request >= 0:
            self._request += 1
            TICKER.remove(self)
            self._worker.close()
            self.network.close()
        super().close()


def network_for(model: Any, scaling: Scaling) -> StudioNetwork:
    """The network of a studio."""
    return StudioNetwork(model, scaling)


def _in_words(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_word(value)}" for name, value in settings.items())


def _word(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return " + ".join(f"{_word(weight)} × {name}" for name, weight in value.items())
    return " ".join(map(_word, value)) if isinstance(value, list) else str(value)


def rounded(value: float) -> float:
    """What a slider says, without the last digits that a page computes otherwise."""
    return round(float(value), 9)


def slider(label: str, value: float, low: float, high: float, step: float, **options: Any) -> Any:
    """A slider of a studio's form: whole numbers where the step is whole."""
    whole = isinstance(step, int)
    kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    return kind(
        description=label,
        value=value,
        min=low,
        max=high,
        step=step,
        style={"description_width": "96px"},
        layout={"width": "100%"},
        **options,
    )
