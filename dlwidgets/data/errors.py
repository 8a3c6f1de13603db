"""Exceptions that `dlwidgets.data` raises."""

from __future__ import annotations


class DataError(Exception):
    """Base class of the exceptions about data sets."""


class UnknownDatasetError(DataError, ValueError):
    """No data set has this name. The message suggests the most similar name."""


class DataNotFoundError(DataError, FileNotFoundError):
    """The files of a data set were not found and could not be downloaded.

    The message names the file, the folders that were searched, and where to put the file.
    """


class CorruptDataError(DataError, ValueError):
    """A file is truncated, or its arrays have wrong names, shapes or values.

    No data from such a file is returned.
    """
