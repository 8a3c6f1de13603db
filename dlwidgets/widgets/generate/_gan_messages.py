"""The words of a GAN's views: what a picture is, what goes wrong, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._formatting import format_duration
from dlwidgets.training.events import State

if TYPE_CHECKING:
    from dlwidgets.generate.gan_tracking import Frame, GanTracker, Verdict


_LONG = 5.0  # seconds between two pictures, from which on the page says so
_NOT_CLONED = (
    "This model cannot be copied, so it is asked between two steps: each picture holds the "
    "training up for a moment."
)
_NAMES = {
    "d_learning_rate": "discriminator's learning rate",
    "g_learning_rate": "generator's learning rate",
    "clip": "gradient clipping",
    "latent_dim": "latent size",
}


def text_line(kind: str) -> ipywidgets.Label:
    """A line of text that is hidden while it is empty."""
    label = ipywidgets.Label(layout={"display": "none"})
    label.add_class(kind)
    return label


def say(label: ipywidgets.Label, text: str) -> None:
    """Show a text in such a line."""
    label.value = text
    label.layout.display = None if text else "none"


def title_of(frame: Frame, watch: GanTracker) -> str:
    """What a picture shows."""
    where = f"after step {frame.step:,} (epoch {frame.epoch:.1f})" if watch.run else ""
    n = frame.diversity
    much = f"{n:.0f}" if n >= 9.5 else f"{n:.1f}"
    return f"Generated images {where}: about {much} of {len(frame.pixels)} differ".replace(
        " :", ":"
    )


def cost_of(watch: GanTracker, n: int, share: float) -> str:
    """What a picture of n images costs, and what follows from it."""
    cost = f"A picture of {n} images takes {format_duration(watch.seconds)}."
    run, pause = watch.run, watch.seconds / share
    if run is not None and run.state is State.RUNNING and pause > _LONG:
        cost += f" With this share of the time there is one every {format_duration(pause)}."
    return f"{cost} {_NOT_CLONED}" if run is not None and not watch.cloned else cost


def in_words(settings: dict[str, Any]) -> str:
    """Settings on one line."""
    return ", ".join(
        f"{_NAMES.get(name, name).replace('_', ' ')} {_value(value)}"
        for name, value in settings.items()
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def warning_of(verdict: Verdict | None, n: int) -> str:
    """What goes wrong, and what to do about it; "" if nothing does."""
    words = []
    if verdict is not None and verdict.collapsed:
        words.append(
            f"Mode collapse: the {n} images are like {verdict.diversity:.1f} different ones, as "
            f"many real ones like {verdict.real_diversity:.0f}. The generator has found a few "
            "images that pass and makes no others. Lower its learning rate, raise label noise or "
            "dropout, or start again with another seed."
        )
    if verdict is not None and verdict.discriminator_won:
        words.append(
            "The discriminator has won: of late it was right about "
            f"{verdict.real_accuracy:.0%} of real and {verdict.fake_accuracy:.0%} of generated "
            "images, so the generator hardly learns any more. Lower the discriminator's learning "
            "rate, raise its dropout and the label noise, and check that real and generated images "
            "have the same scale."
        )
    return " ".join(words)
