"""Sampled texts in a file, with everything that is needed to make them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlwidgets._messages import join_messages, tr

if TYPE_CHECKING:
    from dlwidgets.widgets.generate._text_form import TextSettings


@dataclass(frozen=True)
class TextOrigin:
    """How a text was sampled.

    Attributes:
        settings: The settings.
        model: The model's name.
        step: Training steps of its weights, -1 for a finished model.
    """

    settings: TextSettings
    model: str
    step: int

    @property
    def caption(self) -> str:
        """The model and the settings in one line."""
        after = tr("after step {step}", step=self.step) if self.step >= 0 else ""
        return join_messages([join_messages([self.model, after], ", "), self.settings.label], ": ")

    def document(self, text: str, temperature: float | None = None) -> str:
        """Return a text below the settings that it was sampled with.

        Args:
            text: The text, without the seed text.
            temperature: Its temperature, None for that of the settings.
        """
        s = self.settings
        lines = {
            "model": self.model,
            "training step": "finished model" if self.step < 0 else self.step,
            "temperature": s.temperature if temperature is None else temperature,
            "top-k": s.top_k or "all",
            "top-p": s.top_p,
            "length": s.length,
            "random seed": s.seed,
            "memory": "carried state" if s.carry_state else "sliding window",
            "seed text": repr(s.seed_text),
        }
        head = "\n".join(f"# {name}: {value}" for name, value in lines.items())
        return f"{head}\n\n{s.seed_text}{text}\n"
