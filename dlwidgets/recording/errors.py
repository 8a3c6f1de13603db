"""What recording raises."""

from __future__ import annotations


class RecordingError(RuntimeError):
    """A recorded run can't be read or written. The message says what to do.

    Reading a run raises nothing else, whatever its files contain.
    """


class DamagedFileError(RecordingError):
    """A file isn't whole, or is gone."""
