"""The controls of a text view, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets.widgets._fields.labeled import field

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_SEED = 10_000
"""Characters of a seed text at most."""

LONGEST_TEXT = 5_000
"""Characters sampled at once at most."""

_TEMPERATURES = tuple(
    i / 1000
    for i in (
        *range(0, 100, 5),
        *range(100, 500, 10),
        *range(500, 1000, 20),
        *range(1000, 2001, 50),
    )
)
"""Equal ratios more than equal differences, and 0; the book's four are among them."""


@dataclass(frozen=True)
class TextSettings:
    """What makes a sampled text, besides the model.

    Attributes:
        seed_text: What it begins with.
        temperature: 0 to 2.
        top_k: 0 for all.
        top_p: 1 for all.
        length: Characters.
        seed: Of the random numbers.
        carry_state: Whether the state is carried or a window slides.
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
        words = [f"temperature {self.temperature:g}"]
        words += [f"top-k {self.top_k}"] if self.top_k else []
        words += [f"top-p {self.top_p:g}"] if self.top_p < 1 else []
        words += ["carried state" if self.carry_state else "sliding window", f"seed {self.seed}"]
        return ", ".join(words)


class TextForm(ipywidgets.VBox):
    """Seed text, temperature, top-k, top-p, length, random seed, sliding window or carried state.

    Attributes:
        excerpt: The button that asks for a piece of the corpus as seed text.

    Example:
        >>> TextForm().settings.temperature
        0.5
    """

    def __init__(self) -> None:
        self.seed_text = ipywidgets.Textarea(
            rows=4,
            continuous_update=False,
            placeholder="What the text begins with",
            layout={"width": "100%"},
        )
        label = ipywidgets.Label("Seed text")
        label.add_class("dlw-field-label")
        self.excerpt = ipywidgets.Button(
            description="Another excerpt",
            tooltip="A random piece of the corpus as seed text",
            layout={"width": "auto"},
            disabled=True,
        )
        self.temperature = field(
            ipywidgets.SelectionSlider,
            "Temperature",
            value=0.5,
            continuous_update=True,
            options=[(f"{t:g}", t) for t in _TEMPERATURES],
            tooltip="0 always takes the most probable character, 1 is the model's own distribution",
        )
        self.top_k = field(
            ipywidgets.BoundedIntText,
            "Top-k",
            value=0,
            min=0,
            max=1000,
            tooltip="Sample from the k most probable characters only; 0 for all",
        )
        self.top_p = field(
            ipywidgets.FloatSlider,
            "Top-p",
            value=1.0,
            min=0.05,
            max=1.0,
            step=0.05,
            readout_format=".2f",
            tooltip="Sample from the fewest characters that together have this probability",
        )
        self.length = field(
            ipywidgets.BoundedIntText,
            "Length",
            value=400,
            min=1,
            max=LONGEST_TEXT,
            tooltip="Characters to sample",
        )
        self.seed = field(
            ipywidgets.BoundedIntText,
            "Random seed",
            value=0,
            min=0,
            max=2**31 - 1,
            tooltip="The same seed and settings give the same text",
        )
        self.mode = field(
            ipywidgets.Dropdown,
            "Memory",
            tooltip="Read the window anew for each character, or carry the recurrent state along",
            options=[("Sliding window", False), ("Carried state", True)],
        )
        super().__init__(
            [
                label,
                self.seed_text,
                self.excerpt,
                self.temperature,
                self.top_k,
                self.top_p,
                self.length,
                self.seed,
                self.mode,
            ]
        )
        self.add_class("dlw-form")

    def observe_settings(self, listener: Callable[[str], None]) -> None:
        """Call ``listener(name)`` whenever a setting was changed."""
        for name in ("seed_text", "temperature", "top_k", "top_p", "length", "seed", "mode"):
            control = getattr(self, name)
            control.observe(lambda _, name=name: listener(name), "value")

    @property
    def settings(self) -> TextSettings:
        """What the form says now."""
        return TextSettings(
            seed_text=self.seed_text.value[-LONGEST_SEED:],
            temperature=float(self.temperature.value),
            top_k=int(self.top_k.value),
            top_p=round(float(self.top_p.value), 4),
            length=int(self.length.value),
            seed=int(self.seed.value),
            carry_state=bool(self.mode.value),
        )
