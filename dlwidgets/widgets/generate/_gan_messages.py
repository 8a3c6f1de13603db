"""Texts of a GAN's view: what a frame shows, what goes wrong, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._formatting import format_percent
from dlwidgets._messages import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.generate.gan_frames import Frame
    from dlwidgets.generate.gan_tracking import GanTracker, NearestReal, Verdict


_SHARES = (0.0, 0.5, 1.0)
_VERDICT_COLORS = ((214, 50, 45), (154, 160, 166), (31, 111, 214))  # at these shares


def title_of(frame: Frame, tracker: GanTracker) -> str:
    """Return the title of a frame's images or points.

    Args:
        frame: The frame.
        tracker: What made it.
    """
    n, distinct = frame.count, _distinct(frame.diversity)
    if frame.points is not None:
        reached = {"n": int(np.nan_to_num(frame.diversity)), "all": int(tracker.real_diversity)}
        if tracker.trained is None:
            return tr("Generated points: they reach {n} of {all} modes", **reached)
        return tr(
            "Generated points after step {step} (epoch {epoch}): they reach {n} of {all} modes",
            step=frame.step,
            epoch=f"{frame.epoch:.1f}",
            **reached,
        )
    if tracker.trained is None:
        return tr("Generated images: about {distinct} of {n} are distinct", distinct=distinct, n=n)
    return tr(
        "Generated images after step {step} (epoch {epoch}): about {distinct} of {n} are distinct",
        step=frame.step,
        epoch=f"{frame.epoch:.1f}",
        distinct=distinct,
        n=n,
    )


def verdict_texts(scores: NDArray[np.float32] | None) -> tuple[list[str], list[str]]:
    """Return a label and a tooltip for each image: what the discriminator says about it.

    Args:
        scores: The probability that each is real, shape (n,); None without a discriminator.
    """
    if scores is None:
        return [], []
    return [format_percent(p) for p in scores], [
        tr("The discriminator takes it for real with a probability of {share}.", share=share)
        for share in (format_percent(p) for p in scores)
    ]


def verdict_colors(scores: NDArray[np.float32] | None) -> list[str]:
    """Return the color of each image's frame: blue for real, red for generated, gray between.

    Args:
        scores: As for `verdict_texts`.
    """
    if scores is None:
        return []
    at = np.nan_to_num(scores, nan=0.5).clip(0, 1)
    channels = [np.interp(at, _SHARES, values) for values in zip(*_VERDICT_COLORS, strict=True)]
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.rint(channels).astype(int).T]


def neighbor_texts(nearest: NearestReal) -> tuple[list[str], list[str]]:
    """Return labels and tooltips of a generated image and the real images nearest to it."""
    shares = [format_percent(d) for d in nearest.distance]
    exact = [format_percent(d, 1) for d in nearest.distance]
    labels: list[str] = [tr("generated"), *(tr("differs by {share}", share=s) for s in shares)]
    tooltips = [
        tr(
            "Real image {index}: root mean squared difference of the pixels {share}.",
            index=i,
            share=s,
        )
        for i, s in zip(nearest.index, exact, strict=True)
    ]
    return labels, [tr("The generated image."), *tooltips]


def collapse_warning(verdict: Verdict | None, frame: Frame) -> str:
    """Return the warning of mode collapse, "" where there is none.

    Args:
        verdict: About the newest frame.
        frame: That frame.
    """
    if verdict is None or not verdict.collapsed:
        return ""
    if frame.points is not None:
        return tr(
            "Mode collapse: the generated points reach {n} of {all} modes. The generator goes "
            "where the discriminator is fooled at the moment, and leaves the other modes out. "
            "Lower its learning rate, raise the discriminator's, or restart with another seed.",
            n=int(verdict.diversity),
            all=int(verdict.real_diversity),
        )
    return tr(
        "Mode collapse: the {n} generated images are only as varied as about {distinct} distinct "
        "images ({n} real images: about {real}). The generator keeps producing the few images that "
        "fool the discriminator. Lower its learning rate, raise the label noise or the dropout, or "
        "restart with another seed.",
        n=frame.count,
        distinct=_distinct(verdict.diversity),
        real=_distinct(verdict.real_diversity),
    )


def discriminator_warning(verdict: Verdict | None) -> str:
    """Return the warning that the discriminator has won, "" where it hasn't."""
    if verdict is None or not verdict.discriminator_won:
        return ""
    return tr(
        "The discriminator has won: recently it classified {real} of the real and {generated} of "
        "the generated images correctly, so the generator hardly learns. Lower the discriminator's "
        "learning rate, raise its dropout and the label noise, and check that real and generated "
        "images have the same scale.",
        real=format_percent(verdict.real_accuracy),
        generated=format_percent(verdict.fake_accuracy),
    )


def _distinct(count: float) -> str:
    return f"{count:.0f}" if count >= 9.5 else f"{count:.1f}"
