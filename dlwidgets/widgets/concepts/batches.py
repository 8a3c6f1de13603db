"""Samples, batches, iterations and epochs, as a machine that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets.concepts import _batches as engine
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Sized

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Batches(Concept):
    """Samples, batches, iterations and epochs, as `dl.concepts.batches` shows them."""

    concept = "batches"
    fields = engine.FIELDS
    parts = (
        *("samples", "batch_size", "epochs", "shuffle", "drop_remainder", "presets"),
        *("pool", "batch", "progress", "sizes", "notes", "seed"),
    )
    events = ("epoch", "end", "preset")
    steps = ("step", "epoch", "size", "rest", "shuffle", "mnist")

    _model_name = Unicode("BatchesModel").tag(sync=True)
    _view_name = Unicode("BatchesView").tag(sync=True)

    classes = Dict().tag(sync=True)


def batches(
    samples: int | Sized | None = None,
    batch_size: int | None = None,
    epochs: int | None = None,
    *,
    labels: ArrayLike | None = None,
    shuffle: bool | None = None,
    drop_remainder: bool | None = None,
    seed: int | None = None,
    at: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Batches:
    """Show how `fit` uses the samples: batch by batch, iteration by iteration, epoch by epoch.

    Each iteration takes a batch of samples that this epoch hasn't used, and updates the weights
    once. The counts are those of Keras.

    Args:
        samples: How many samples there are, from 1 to 100,000; or your own array, whose first
            dimension counts.
        batch_size: Samples of a batch, from 1 to 100,000.
        epochs: How often all samples are used, from 1 to 1,000.
        labels: Your own labels, numbers or names of shape (n,) or one-hot: the samples have the
            colors of their classes.
        shuffle: Whether each epoch uses the samples in another order, as `fit` does by default.
        drop_remainder: Whether a last batch that is smaller is left out, as in
            `tf.data.Dataset.batch`.
        seed: The random orders, from 0 to 999.
        at: How many iterations are finished. By default they run by themselves.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["presets", "sizes"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.batches(60_000, 128, 5).state
        'samples=60000;batch_size=128;epochs=5'
        >>> x = np.zeros((100, 28, 28))
        >>> dl.concepts.batches(x, 32, labels=np.arange(100) // 50).values["samples"]
        100
    """
    count = samples if samples is None or isinstance(samples, int) else len(samples)
    extra: dict[str, Any] = {}
    if labels is not None:
        classes = engine.checked_labels(labels)
        if count is not None and count != len(classes):
            message = f"Expected one label for each of {count} samples. "
            raise ValueError(message + f"Received: {len(classes)} labels.")
        count = len(classes)
        extra["classes"] = {"data": raw_bytes(classes)}
    values: dict[str, Any] = {
        "samples": count,
        "batch_size": batch_size,
        "epochs": epochs,
        "shuffle": shuffle,
        "drop_remainder": drop_remainder,
        "seed": seed,
        "at": None if at is None else [at],
    }
    return Batches(state=state, hide=hide, lesson=lesson, values=values, **extra)
