"""A clock as pixels, coordinates and angles, each with a small network that reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Unicode

from dlwidgets.concepts import _clock as engine
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets.widgets.concepts._lesson import Step


class Clock(Concept):
    """A clock and three networks that read it, as `dl.concepts.clock` makes it."""

    concept = "clock"
    fields = engine.FIELDS
    parts = (
        *("answer", "samples", "units", "seed"),
        *("clock", "pixels", "coordinates", "angles", "errors", "hour", "notes"),
    )
    events = ("drag", "trained", "wrap")
    steps = ("drag", "samples", "wrap", "circle", "units")

    _model_name = Unicode("ClockModel").tag(sync=True)
    _view_name = Unicode("ClockView").tag(sync=True)

    own = Dict().tag(sync=True)

    def _check_values(self, values: Mapping[str, Any]) -> None:
        if values["samples"] not in engine.SIZES:
            message = f"Expected `samples` to be one of {', '.join(map(str, engine.SIZES))}. "
            raise ValueError(message + f"Received: {values['samples']}.")

    def data(
        self, representation: str = "pixels", samples: int | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return what the networks of the page learn from, for a model of your own.

        Args:
            representation: `"pixels"` of shape (n, 144), `"coordinates"` of shape (n, 4), or
                `"angles"` in turns, of shape (n, 2).
            samples: How many. Default: as many as the widget is set to.

        Returns:
            Inputs, and the answers: turns of minute hand and hour hand, or the sine and cosine of
            each.

        Raises:
            ValueError: The representation is unknown.
        """
        if representation not in engine.REPRESENTATIONS:
            message = f"Expected `representation` to be one of {engine.REPRESENTATIONS}. "
            raise ValueError(message + f"Received: {representation!r}.")
        values = self.values
        times = engine.sample_times(values["seed"], samples or values["samples"])
        x = engine.inputs(times, representation).astype(np.float32)
        return x, engine.targets(times, values["answer"]).astype(np.float32)


def clock(
    time: float | None = None,
    *,
    answer: str | None = None,
    samples: int | None = None,
    units: int | None = None,
    seed: int | None = None,
    model: Any = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Clock:
    """Show how good features make a problem easy: read a clock from pixels, coordinates or angles.

    Three small networks learn in the page from few clocks. Drag a hand, and compare their answers.
    It is a toy: the clocks are drawn without noise.

    Args:
        time: Minutes since 12 o'clock, from 0 to 719.9.
        answer: `"number"`, the turns of both hands from 0 to 1; or `"circle"`, the sine and cosine
            of both angles.
        samples: Clocks that the networks learn from: 4, 8, 16, 32, 64, 128 or 256.
        units: Hidden units of each network, from 1 to 32.
        seed: Of the clocks to learn from and the first weights, from 0 to 999.
        model: Your own Keras model, trained with `widget.data()`, whose answers are shown beside.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["hour", "units"]`.
        lesson: `True` for a lesson of five steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        TypeError: `model` can't predict.
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.clock(600, answer="circle").state
        'time=600;answer=circle'
        >>> x, y = dl.concepts.clock().data("pixels", 100)
        >>> x.shape, y.shape
        ((100, 144), (100, 2))
    """
    values = {"time": time, "answer": answer, "samples": samples, "units": units, "seed": seed}
    own: dict[str, Any] = {}
    if model is not None:
        name, kind, times = engine.answers_of(model)
        own = {"representation": name, "answer": kind, "data": raw_bytes(times)}
    return Clock(state=state, hide=hide, lesson=lesson, values=values, own=own)
