"""What can go wrong with a data set, one class per cause."""

from __future__ import annotations


class DataError(Exception):
    """Base class of everything `dlwidgets.data` raises about a data set."""


class UnknownDatasetError(DataError, ValueError):
    """No data set has this name; the message names the nearest one."""


class DataNotFoundError(DataError, FileNotFoundError):
    """The files of a data set are nowhere on this machine and could not be downloaded.

    The message names the file, each place that was searched, and where to put it.
    """


class CorruptDataError(DataError, ValueError):
    """A file is there but is not what it should be: truncated, a wrong key, a wrong shape.

    Nothing of such a file is ever returned.
    """
