"""Bars of the next character's distribution: the model's own, and the one sampled from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets._messages import join_messages, tr
from dlwidgets.generate import entropy, sampling_distribution
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.primitives.figure import Figure
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets.widgets.generate._text_form import TextSettings

_MAX_BARS = 14
_NAMES = {" ": "␣", "\n": "↵", "\t": "⇥", "\r": "␍"}
_PLAIN = "rgba(128, 132, 145, 0.45)"
_REWEIGHTED = "#1f6fd6"


class NextCharacter(ClosesChildren, ipywidgets.VBox):
    """Bars of the most probable next characters, before and after temperature, top-k and top-p.

    Args:
        on_take: Called with the character whose bar is clicked.

    Attributes:
        title: What it is the distribution of, and its entropy.
        figure: The `Figure`.
    """

    def __init__(self, on_take: Callable[[str], None]) -> None:
        self._on_take = on_take
        self._characters: list[str] = []
        self.title = TextLine()
        self.title.add_class("dlw-text-caption-label")
        self.figure = Figure(height=210)
        self.figure.on_point(self._clicked)
        hint = TextLine(tr("Click a bar to take that character."))
        hint.add_class("dlw-message")
        super().__init__([self.title, self.figure, hint])
        self.add_class("dlw-predictions")

    def show(self, p: NDArray[Any], characters: str, settings: TextSettings, *, what: str) -> None:
        """Show a distribution.

        Args:
            p: The model's distribution, shape (vocabulary,).
            characters: The vocabulary.
            settings: The temperature, top-k and top-p to apply.
            what: A sentence that says what it is the distribution of.
        """
        q = sampling_distribution(p, settings.temperature, settings.top_k, settings.top_p)
        order = np.argsort(-np.asarray(p), kind="stable")[:_MAX_BARS]
        self._characters = [characters[i] for i in order]
        names = [_NAMES.get(characters[i], characters[i]) for i in order]
        places = list(range(len(order)))
        reweighted = tr("T = {temperature}", temperature=f"{settings.temperature:g}")
        layout = {
            "margin": {"l": 36, "r": 4, "t": 24, "b": 24},
            "xaxis": {"tickvals": places, "ticktext": names, "tickangle": 0},
            "yaxis": {"tickformat": ".1~%", "rangemode": "tozero"},
            "legend": {
                "orientation": "h",
                "x": 1,
                "xanchor": "right",
                "y": 1,
                "yanchor": "bottom",  # above the bars, which may fill the plot
            },
            "bargap": 0.25,
            "bargroupgap": 0.0,
        }
        bars = (
            (np.asarray(p), tr("T = {temperature}", temperature="1"), _PLAIN),
            (q, reweighted, _REWEIGHTED),
        )
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
        entropies = tr(
            "Entropy {entropy} bits, with these settings {sampled} bits.",
            entropy=f"{entropy(p):.2f}",
            sampled=f"{entropy(q):.2f}",
        )
        self.title.value = join_messages([what, entropies])

    def _clicked(self, kind: str, points: list[tuple[int, int]]) -> None:
        if kind != "click":
            return
        for _, index in points[:1]:
            if 0 <= index < len(self._characters):
                self._on_take(self._characters[index])
