"""The distribution of the next character as bars: the model's own, and the one sampled from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets.generate import entropy, sampling_distribution
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.primitives.figure import Figure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.widgets.generate._text_form import TextSettings

_SHOWN = 18
_NAMES = {" ": "␣", "\n": "↵", "\t": "⇥", "\r": "␍"}
_PLAIN = "rgba(128, 132, 145, 0.45)"
_RESHAPED = "#1f6fd6"


class NextCharacter(ClosesChildren, ipywidgets.VBox):
    """Bars of the most probable next characters, reshaped by temperature, top-k and top-p.

    Attributes:
        figure: The `Figure`.
    """

    def __init__(self) -> None:
        self._title = ipywidgets.Label()
        self._title.add_class("dlw-text-caption-label")
        self.figure = Figure(height=250)
        super().__init__([self._title, self.figure])
        self.add_class("dlw-predictions")

    def show(self, p: NDArray[Any], characters: str, settings: TextSettings, *, what: str) -> None:
        """Draw a distribution.

        Args:
            p: The model's, shape (vocabulary,).
            characters: The vocabulary.
            settings: How it is reshaped.
            what: What it is the distribution of, for the title.
        """
        q = sampling_distribution(p, settings.temperature, settings.top_k, settings.top_p)
        order = np.argsort(-np.asarray(p), kind="stable")[:_SHOWN]
        names = [_NAMES.get(characters[i], characters[i]) for i in order]
        places = list(range(len(order)))
        reshaped = f"temperature {settings.temperature:g}"
        layout = {
            "margin": {"l": 48, "r": 8, "t": 8, "b": 32},
            "xaxis": {"tickvals": places, "ticktext": names, "tickangle": 0},
            "yaxis": {
                "title": {"text": "probability"},
                "tickformat": ".1~%",
                "rangemode": "tozero",
            },
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02},
            "bargap": 0.25,
            "bargroupgap": 0.0,
        }
        bars = ((np.asarray(p), "temperature 1", _PLAIN), (q, reshaped, _RESHAPED))
        traces = [
            {
                "type": "bar",
                "x": places,
                "y": values.astype(np.float32)[order],
                "name": name,
                "marker": {"color": color},
                "customdata": names,
                "hovertemplate": "%{customdata}: %{y:.1%}",
            }
            for values, name, color in bars
        ]
        self.figure.show_plain(traces, layout)
        self._title.value = f"{what}. Entropy {entropy(p):.2f} bits, reshaped {entropy(q):.2f} bits"
