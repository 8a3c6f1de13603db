"""Engines for pictures: what a network sees in them, and pictures made by it."""

from __future__ import annotations

from dlwidgets.vision.dream import DreamProgress, deep_dream, octave_sizes
from dlwidgets.vision.features import Features, LayerError, Scaling, feature_layers
from dlwidgets.vision.pictures import (
    Picture,
    PictureError,
    encode_png,
    from_array,
    from_bytes,
    photographs,
    read_settings,
)
from dlwidgets.vision.style import (
    StyleProgress,
    StyleWeights,
    gram_matrix,
    total_variation,
    transfer_style,
)

__all__ = [
    "DreamProgress",
    "Features",
    "LayerError",
    "Picture",
    "PictureError",
    "Scaling",
    "StyleProgress",
    "StyleWeights",
    "deep_dream",
    "encode_png",
    "feature_layers",
    "from_array",
    "from_bytes",
    "gram_matrix",
    "octave_sizes",
    "photographs",
    "read_settings",
    "total_variation",
    "transfer_style",
]
