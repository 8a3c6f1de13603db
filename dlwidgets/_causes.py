"""The line that names the cause, in the long texts of errors that Keras and TensorFlow raise.

Those begin with where something happened ("Graph execution error:", "in user code:"), list source
lines, nodes and arguments, and have the cause somewhere in between.
"""

from __future__ import annotations

import re

_MAX_LENGTH = 400

_COLOR = re.compile(r"\x1b\[[0-9;]*m")
# What follows is where it happened, or with what; never what.
_AFTERWARDS = re.compile(
    r"^\s*(Arguments received by |Call arguments received by |Original stack trace for |"
    r"\[\[\{\{node |Additional GRAPH_|Errors may have originated from |Function call stack:|"
    r"Stack trace for op definition|Hint: If you want to see a list of allocated tensors|"
    r"Received arguments:)",
)
_WHERE = re.compile(
    r"^\s*(Graph execution error:|in user code:|Traceback \(most recent call last\):|"
    r"(\w+: )?Exception encountered when calling |File \".*\", line \d+|Detected at node |"
    r"(Node: |<stack traces unavailable>)|\(?\d+\)? root error\(s\) found|"
    r"During handling of |The above exception was |.*Error encountered:$)"
)
_ROOT = re.compile(r"^\s*\(\d+\) (?:[A-Z_]+|\w+(?: \w+)?): +(\S.*)$")
_NODE = re.compile(r"\{\{(?:function_)?node [^}]*\}\} ?")
_OPERATION = re.compile(r" for '\{\{node [^}]*\}\} = (\w+)\b.*?' with input shapes")
_END = re.compile(
    r" *\[Op:\w+\]( name: *)?$| *\[\[\{\{?.*\]\].*$|"
    r",? and with (?:input tensors )?computed (?:input tensors|as partial shapes).*$"
)


def cause_of(text: str) -> str:
    r"""Return the line of an error's text that says what went wrong.

    Args:
        text: What `str(error)` returns, of any error.

    Returns:
        One line of at most 400 characters, without terminal colors, names of nodes and source
        lines. A text of one line that says what happened is returned as it is.

    Example:
        >>> from dlwidgets._causes import cause_of
        >>> cause_of("Graph execution error:\n\nThe sum is 0\n\t [[{{node sum}}]]")
        'The sum is 0'
    """
    lines = [line.rstrip() for line in _COLOR.sub("", text).splitlines() if line.strip()]
    if not lines:
        return text
    cause = _clean(_cause(lines)) or lines[0].strip()
    return cause if len(cause) <= _MAX_LENGTH else cause[: _MAX_LENGTH - 1].rstrip() + "…"


def _cause(lines: list[str]) -> str:
    if not _WHERE.match(lines[0]):
        return lines[0]
    user_code = any(line.strip() == "in user code:" for line in lines)
    found, source = "", -1  # and the indent of a line that names a place in a source file
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if _AFTERWARDS.match(line) and found:
            break
        if _WHERE.match(line):
            source = indent if line.lstrip().startswith("File ") else -1
            # AutoGraph repeats where, from the outside in: what comes last counts.
            found = "" if user_code else found
            continue
        if 0 <= source < indent:  # the line of code there
            continue
        source = -1
        root = _ROOT.match(line)
        if root:
            return root[1]
        found = found or line.strip()
    return found


def _clean(line: str) -> str:
    line = _OPERATION.sub(r" for \1 with input shapes", line.strip())
    return _END.sub("", _NODE.sub("", line)).strip()
