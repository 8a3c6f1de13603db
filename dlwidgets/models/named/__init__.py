"""Every network that the sources name, each with its source and its number of parameters."""

from __future__ import annotations

from dlwidgets.models.named import (
    cifar,
    first_networks,
    generators,
    graphs,
    images,
    pretrained,
    reviews,
    sequences,
    series,
)
from dlwidgets.models.named.model import NamedModel

__all__ = ["NamedModel", "catalog"]

_GROUPS = (
    first_networks,
    reviews,
    images,
    cifar,
    pretrained,
    sequences,
    series,
    graphs,
    generators,
)


def catalog() -> dict[str, NamedModel]:
    """Return every network that the sources of the course describe, by name.

    Returns:
        The networks in the order of the course. `build` of each makes a new model, uncompiled.

    Example:
        >>> named = dl.models.catalog()
        >>> named["cifar10_dense"].parameters
        646260
        >>> sorted({one.task for one in named.values()})
        ['binary', 'classification', 'features', 'generation', 'regression', 'several']
    """
    return {one.name: one for group in _GROUPS for one in group.MODELS}
