"""Data sets by name: found on this machine, or downloaded, checked, and never half-loaded.

Example:
    >>> from dlwidgets import data
    >>> digits = data.load("digits").normalized()
    >>> data.available()["mnist"].describe()
    'MNIST: 60,000 + 10,000 images of 28×28, 11.5 MB in the Keras cache'
"""

from dlwidgets.data.dataset import Dataset
from dlwidgets.data.errors import (
    CorruptDataError,
    DataError,
    DataNotFoundError,
    UnknownDatasetError,
)
from dlwidgets.data.load import load, names
from dlwidgets.data.search import Availability, available

__all__ = [
    "Availability",
    "CorruptDataError",
    "DataError",
    "DataNotFoundError",
    "Dataset",
    "UnknownDatasetError",
    "available",
    "load",
    "names",
]
