"""Data sets by name: found on this machine, or downloaded, checked, and never half-loaded.

Example:
    >>> import dlwidgets as dl
    >>> digits = dl.data.load("digits").normalized()
    >>> dl.data.available()["digits"].describe()
    'Digits (8×8): 1,438 + 359 images of 8×8, comes with scikit-learn'
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
