"""Data sets by name, from this machine or downloaded and checked.

Example:
    >>> import dlwidgets as dl
    >>> digits = dl.data.load("digits").normalized()
    >>> dl.data.available()["digits"].describe()
    'Digits (8×8): 1,438 + 359 images, 8×8, included in scikit-learn'
"""

from dlwidgets.data.dataset import Dataset
from dlwidgets.data.errors import (
    CorruptDataError,
    DataError,
    DataNotFoundError,
    UnknownDatasetError,
)
from dlwidgets.data.load import load, names
from dlwidgets.data.samples import Samples, take
from dlwidgets.data.search import Availability, available

__all__ = [
    "Availability",
    "CorruptDataError",
    "DataError",
    "DataNotFoundError",
    "Dataset",
    "Samples",
    "UnknownDatasetError",
    "available",
    "load",
    "names",
    "take",
]
