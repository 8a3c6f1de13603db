"""The activations for one sample, computed once for all views of a Run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._tensorflow import load_keras
from dlwidgets.vision.activation_view import SampleActivations, sample_activations

if TYPE_CHECKING:
    from collections.abc import Hashable

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.training.model_source import ModelSource


def shared_activations(
    source: ModelSource | None, model: KerasModel, sample: Nested
) -> SampleActivations:
    """Return the outputs of all layers for a sample; for the same weights, once for all views.

    Args:
        source: What the model comes from; `None` for a view that was closed meanwhile.
        model: What `ModelSource.use` hands out.
        sample: A batch of one, as the model takes it.

    Raises:
        ValueError: As for `sample_activations`.
    """
    if source is None:
        return sample_activations(model, sample)
    return source.shared(_key(sample), lambda: sample_activations(model, sample))


def _key(sample: Nested) -> Hashable:
    """What tells two samples apart."""
    parts = [np.ascontiguousarray(part) for part in load_keras().tree.flatten(sample)]
    return "activations", *((part.shape, part.dtype.str, part.tobytes()) for part in parts)
