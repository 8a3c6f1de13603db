"""Problems that end a command with one sentence and exit code 2."""

from __future__ import annotations


class CommandError(Exception):
    """The command cannot do its work; the message is one clear sentence for the user."""
