"""The settings of a text view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets._messages import join_messages, tr
from dlwidgets.widgets._fields.labeled import field, remark
from dlwidgets.widgets.primitives.caret_text import CaretText

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_SEED_TEXT = 10_000
"""Maximum number of characters of a seed text; the last ones are used."""

MAX_TEXT = 5_000
"""Maximum number of characters to sample."""

_TEMPERATURES = tuple(
    i / 1000
    for i in (
        *range(0, 100, 5),
        *range(100, 500, 10),
        *range(500, 1000, 20),
        *range(1000, 2001, 50),
    )
)
"""Finer at low temperatures; 0 and the book's four are among them."""


@dataclass(frozen=True)
class TextSettings:
    """How to sample a text.

    Attributes:
        seed_text: The start of the text.
        temperature: From 0 to 2.
        top_k: Number of characters to sample from, 0 for all.
        top_p: Probability mass to sample from, 1 for all.
        length: Number of characters.
        seed: Seed of the random numbers.
        carry_state: Whether to carry the state instead of sliding a window.
    """

    seed_text: str
    temperature: float
    top_k: int
    top_p: float
    length: int
    seed: int
    carry_state: bool

    @property
    def label(self) -> str:
        """The settings in a few words."""
        parts = (
            tr("temperature {temperature}", temperature=f"{self.temperature:g}"),
            tr("top-k {k}", k=self.top_k) if self.top_k else "",
            tr("top-p {p}", p=f"{self.top_p:g}") if self.top_p < 1 else "",
            tr("carried state") if self.carry_state else tr("sliding window"),
            tr("seed {seed}", seed=str(self.seed)),
        )
        return join_messages(parts, ", ")


class TextForm(ipywidgets.VBox):
    """Form with the settings of sampled text.

    Args:
        preview: What follows the seed text, shown below it; None for nothing.

    Attributes:
        seed_text: The start of the text, a `CaretText`.
        excerpt: The button for another excerpt of the corpus as the seed text.
        temperature: The temperature, from 0 to 2.
        top_k: The number of characters to sample from, 0 for all.
        top_p: The probability mass to sample from.
        length: The number of characters.
        seed: The random seed.
        mode: Whether the state is carried.

    Example:
        >>> from dlwidgets.widgets.generate._text_form import TextForm
        >>> TextForm().settings.temperature
        0.5
    """

    def __init__(self, preview: ipywidgets.Widget | None = None) -> None:
        self.seed_text = CaretText(
            label=tr("Seed text"), placeholder=tr("Start of the text"), rows=4
        )
        self.excerpt = ipywidgets.Button(
            description=tr("Another excerpt"),
            tooltip=tr("Use a random excerpt of the corpus as the seed text."),
            layout={"width": "auto"},
            disabled=True,
        )
        self.temperature = field(
            ipywidgets.SelectionSlider,
            tr("Temperature"),
            value=0.5,
            continuous_update=True,
            options=[(f"{t:g}", t) for t in _TEMPERATURES],
            tooltip=tr(
                "0 always chooses the most probable character, and 1 samples from the model's own "
                "distribution."
            ),
        )
        self.top_k = field(
            ipywidgets.BoundedIntText,
            tr("Top-k"),
            value=0,
            min=0,
            max=1000,
            tooltip=tr("Sample only from the k most probable characters, or from all if k is 0."),
        )
        self.top_p = field(
            ipywidgets.FloatSlider,
            tr("Top-p"),
            value=1.0,
            min=0.05,
            max=1.0,
            step=0.05,
            readout_format=".2f",
            tooltip=tr(
                "Sample only from the fewest characters that together have this probability."
            ),
        )
        self.length = field(
            ipywidgets.BoundedIntText,
            tr("Length"),
            value=400,
            min=1,
            max=MAX_TEXT,
            tooltip=tr("Number of characters to sample."),
        )
        self.seed = field(
            ipywidgets.BoundedIntText,
            tr("Random seed"),
            value=0,
            min=0,
            max=2**31 - 1,
            tooltip=tr("The same seed and settings give the same text."),
        )
        self.mode = field(
            ipywidgets.Dropdown,
            tr("Context"),
            options=[(tr("Sliding window"), False), (tr("Carried state"), True)],
        )
        self._about_mode = remark()
        self.mode.observe(lambda _: self._describe_mode(), "value")
        self._describe_mode()
        super().__init__(
            [
                self.seed_text,
                self.excerpt,
                *([] if preview is None else [preview]),
                self.temperature,
                self.top_k,
                self.top_p,
                self.length,
                self.seed,
                self.mode,
                self._about_mode,
            ]
        )
        self.add_class("dlw-form")

    def _describe_mode(self) -> None:
        self._about_mode.value = (
            tr("Keeps the state between characters: fast.")
            if self.mode.value
            else tr("Reads the window again for each character: slow.")
        )

    def observe_settings(self, listener: Callable[[str], None]) -> None:
        """Call `listener(name)` when a setting is changed, or with "caret" when the caret moves."""
        for name in ("seed_text", "temperature", "top_k", "top_p", "length", "seed", "mode"):
            control = getattr(self, name)
            control.observe(lambda _, name=name: listener(name), "value")
        self.seed_text.observe(lambda _: listener("caret"), "caret")

    @property
    def settings(self) -> TextSettings:
        """The present settings."""
        return TextSettings(
            seed_text=self.seed_text.value[-MAX_SEED_TEXT:],
            temperature=float(self.temperature.value),
            top_k=int(self.top_k.value),
            top_p=round(float(self.top_p.value), 4),
            length=int(self.length.value),
            seed=int(self.seed.value),
            carry_state=bool(self.mode.value),
        )
