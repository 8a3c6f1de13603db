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
from dlwidgets.data.image_folder import ImageFolder, from_directory
from dlwidgets.data.load import load, names, word_index
from dlwidgets.data.samples import Samples, take
from dlwidgets.data.search import Availability, available
from dlwidgets.data.series import Series, Windows
from dlwidgets.data.vectors import WordVectors

__all__ = [
    "Availability",
    "CorruptDataError",
    "DataError",
    "DataNotFoundError",
    "Dataset",
    "ImageFolder",
    "Samples",
    "Series",
    "UnknownDatasetError",
    "Windows",
    "WordVectors",
    "available",
    "from_directory",
    "load",
    "names",
    "take",
    "word_index",
]
