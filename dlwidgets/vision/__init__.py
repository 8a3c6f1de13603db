"""What a network computes for images, and images that it generates."""

from __future__ import annotations

from dlwidgets._canceled import CanceledError
from dlwidgets.inspect.activations import activation_layer, activation_layers, activations
from dlwidgets.inspect.layers import LayerError
from dlwidgets.vision.channels import channel_images, channel_means, most_active, sparsity
from dlwidgets.vision.dream import DreamProgress, deep_dream, octave_sizes
from dlwidgets.vision.features import Features, Scaling, feature_layers
from dlwidgets.vision.filter_layer import FilterLayer, filter_layers
from dlwidgets.vision.filter_presets import FilterPreset, Regularizers
from dlwidgets.vision.filters import (
    FilterProgress,
    deprocess,
    filter_grid,
    kernel_images,
    maximize_filters,
    start_images,
)
from dlwidgets.vision.heatmaps import (
    HeatmapMethod,
    HeatMaps,
    grad_cam,
    grad_cam_plus_plus,
    heat_layers,
    integrated_gradients,
    occlusion,
    saliency,
    smooth_grad,
)
from dlwidgets.vision.images import (
    ImageError,
    LoadedImage,
    encode_png,
    from_array,
    from_bytes,
    photographs,
    read_settings,
)
from dlwidgets.vision.registry import (
    FileNetwork,
    find_network,
    load_network,
    register_network,
)
from dlwidgets.vision.style import (
    StyleProgress,
    StyleWeights,
    gram_matrix,
    total_variation,
    transfer_style,
)

__all__ = [
    "CanceledError",
    "DreamProgress",
    "Features",
    "FileNetwork",
    "FilterLayer",
    "FilterPreset",
    "FilterProgress",
    "HeatMaps",
    "HeatmapMethod",
    "ImageError",
    "LayerError",
    "LoadedImage",
    "Regularizers",
    "Scaling",
    "StyleProgress",
    "StyleWeights",
    "activation_layer",
    "activation_layers",
    "activations",
    "channel_images",
    "channel_means",
    "deep_dream",
    "deprocess",
    "encode_png",
    "feature_layers",
    "filter_grid",
    "filter_layers",
    "find_network",
    "from_array",
    "from_bytes",
    "grad_cam",
    "grad_cam_plus_plus",
    "gram_matrix",
    "heat_layers",
    "integrated_gradients",
    "kernel_images",
    "load_network",
    "maximize_filters",
    "most_active",
    "occlusion",
    "octave_sizes",
    "photographs",
    "read_settings",
    "register_network",
    "saliency",
    "smooth_grad",
    "sparsity",
    "start_images",
    "total_variation",
    "transfer_style",
]
