"""What the state of a concept widget consists of, and how it is written as a short text.

``kernel=1,0,-1/2,0,-2/1,0,-1;stride=2`` names what differs from the defaults. It is short, people
can read it, and it fits into a link. `labextension/src/shared/concept/state.ts` reads and writes
the same texts; both are tested with the same cases.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_CHARACTERS = 4000
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
# What a state or the code that shows it uses itself, and what isn't printed.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f%;\"\\]")
_ESCAPED = re.compile(r"%([0-7][0-9A-F])")
_BROKEN = re.compile(r"%(?![0-7][0-9A-F])|[\x00-\x1f\x7f;\"\\]")


class Field(ABC):
    """One value of a state, with its default in `value`."""

    value: Any

    @abstractmethod
    def read(self, text: str) -> Any:
        """Return the value that a text stands for; `None` if it stands for none."""

    @abstractmethod
    def write(self, value: Any) -> str:
        """Return the text of a value."""

    @property
    @abstractmethod
    def expected(self) -> str:
        """What the value must be, for messages."""

    def check(self, value: Any) -> Any:
        """Return a value as the state keeps it; `None` if it can't be used."""
        try:
            return self.read(self.write(value))
        except (TypeError, ValueError):
            return None


@dataclass(frozen=True)
class Number(Field):
    """A number within bounds.

    Attributes:
        value: The default.
        low: The smallest value.
        high: The largest value.
        digits: Decimals that are kept; 0 for an integer.
    """

    value: float
    low: float
    high: float
    digits: int = 0

    def read(self, text: str) -> float | int | None:
        """Return the number."""
        if not _NUMBER.fullmatch(text) or (self.digits == 0 and "." in text):
            return None
        number = rounded(float(text), self.digits)
        if not self.low <= number <= self.high:
            return None
        return number if self.digits else int(number)

    def write(self, value: Any) -> str:
        """Return the number without zeros at its end."""
        if self.digits == 0 and value != int(value):
            return ""  # no text of an integer
        return plain(value, self.digits)

    @property
    def expected(self) -> str:
        """What the value must be."""
        kind = "a number" if self.digits else "an integer"
        return f"{kind} from {plain(self.low, 12)} to {plain(self.high, 12)}"


@dataclass(frozen=True)
class Choice(Field):
    """One of several names.

    Attributes:
        value: The default.
        names: All names.
    """

    value: str
    names: Sequence[str]

    def read(self, text: str) -> str | None:
        """Return the name."""
        return text if text in self.names else None

    def write(self, value: Any) -> str:
        """Return the name."""
        return str(value)

    @property
    def expected(self) -> str:
        """What the value must be."""
        return "one of " + ", ".join(map(repr, self.names))


@dataclass(frozen=True)
class Subset(Field):
    """Some of several names, written with commas in their own order.

    Attributes:
        value: The default.
        names: All names.
    """

    value: tuple[str, ...]
    names: Sequence[str]

    def read(self, text: str) -> tuple[str, ...] | None:
        """Return the names."""
        chosen = text.split(",") if text else []
        if not set(chosen) <= set(self.names) or len(set(chosen)) < len(chosen):
            return None
        return tuple(name for name in self.names if name in chosen)

    def write(self, value: Any) -> str:
        """Return the names with commas."""
        chosen = [value] if isinstance(value, str) else list(value)
        unknown = [name for name in chosen if name not in self.names]
        return ",".join([name for name in self.names if name in chosen] + unknown)

    @property
    def expected(self) -> str:
        """What the value must be."""
        return "a list of some of " + ", ".join(map(repr, self.names))


@dataclass(frozen=True)
class Names(Field):
    """A list of names, each one of several, written with commas. A name may come more than once.

    Attributes:
        value: The default.
        names: All names.
        least: How many there are at least.
        most: How many there are at most.
    """

    value: tuple[str, ...]
    names: Sequence[str]
    least: int = 1
    most: int = 10

    def read(self, text: str) -> tuple[str, ...] | None:
        """Return the names."""
        parts = tuple(text.split(",")) if text else ()
        good = all(part in self.names for part in parts)
        return parts if good and self.least <= len(parts) <= self.most else None

    def write(self, value: Any) -> str:
        """Return the names with commas."""
        return ",".join([value] if isinstance(value, str) else value)

    @property
    def expected(self) -> str:
        """What the value must be."""
        known = ", ".join(map(repr, self.names))
        return f"from {self.least} to {self.most} of the names {known}"


@dataclass(frozen=True)
class Either(Field):
    """What one of two fields takes.

    Attributes:
        first: The one whose default counts.
        second: The other one.
    """

    first: Field
    second: Field

    @property
    def value(self) -> Any:
        """The default."""
        return self.first.value

    def read(self, text: str) -> Any:
        """Return the value."""
        value = self.first.read(text)
        return self.second.read(text) if value is None else value

    def write(self, value: Any) -> str:
        """Return the text of the value."""
        field = self.first if self.first.check(value) is not None else self.second
        return field.write(value)

    @property
    def expected(self) -> str:
        """What the value must be."""
        return f"{self.first.expected}, or {self.second.expected}"


@dataclass(frozen=True)
class Flag(Field):
    """Yes or no, written as 1 or 0.

    Attributes:
        value: The default.
    """

    value: bool

    def read(self, text: str) -> bool | None:
        """Return the flag."""
        return {"0": False, "1": True}.get(text)

    def write(self, value: Any) -> str:
        """Return 1 or 0."""
        return str(int(value)) if value in (0, 1) else ""

    @property
    def expected(self) -> str:
        """What the value must be."""
        return "True or False"


@dataclass(frozen=True)
class Text(Field):
    """A text that the user writes, with the signs of a state as `%3B` and the like.

    Attributes:
        value: The default.
        most: How many characters there are at most.
        lines: How many lines there are at most.
    """

    value: str
    most: int = 200
    lines: int = 1

    def read(self, text: str) -> str | None:
        """Return the text as it was written."""
        if _BROKEN.search(text):
            return None
        found = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
        # As browsers count: a sign beyond the first 65,536 is two.
        length = len(found.encode("utf-16-le", "surrogatepass")) // 2
        return found if length <= self.most and found.count("\n") < self.lines else None

    def write(self, value: Any) -> str:
        """Return the text without signs that a state uses."""
        if not isinstance(value, str):
            return "%"  # no text
        return _UNSAFE.sub(lambda match: f"%{ord(match[0]):02X}", value)

    @property
    def expected(self) -> str:
        """What the value must be."""
        lines = "" if self.lines == 1 else f" in at most {self.lines} lines"
        return f"a text of at most {self.most} characters{lines}"


@dataclass(frozen=True)
class Numbers(Field):
    """A list of numbers, written with commas.

    Attributes:
        value: The default.
        low: The smallest number.
        high: The largest number.
        digits: Decimals that are kept.
        least: How many there are at least.
        most: How many there are at most.
    """

    value: tuple[float, ...]
    low: float
    high: float
    digits: int = 4
    least: int = 1
    most: int = 100

    def read(self, text: str) -> tuple[float, ...] | None:
        """Return the numbers."""
        one = Number(0, self.low, self.high, self.digits)
        parts = text.split(",") if text else []
        numbers = [one.read(part) for part in parts]
        if not self.least <= len(numbers) <= self.most or None in numbers:
            return None
        return tuple(number for number in numbers if number is not None)

    def write(self, value: Any) -> str:
        """Return the numbers with commas."""
        return ",".join(plain(float(number), self.digits) for number in value)

    @property
    def expected(self) -> str:
        """What the value must be."""
        bounds = f"from {plain(self.low, 12)} to {plain(self.high, 12)}"
        return f"from {self.least} to {self.most} numbers {bounds}"


@dataclass(frozen=True)
class Matrix(Field):
    """A matrix, written row by row with slashes between them.

    Attributes:
        value: The default.
        low: The smallest number.
        high: The largest number.
        digits: Decimals that are kept.
        most: How many rows and columns there are at most.
        least: How many there are at least.
    """

    value: tuple[tuple[float, ...], ...]
    low: float
    high: float
    digits: int = 4
    most: int = 10
    least: int = 1

    def read(self, text: str) -> tuple[tuple[float, ...], ...] | None:
        """Return the rows."""
        row = Numbers((), self.low, self.high, self.digits, self.least, self.most)
        rows = [row.read(part) for part in text.split("/")]
        found = [one for one in rows if one is not None]
        if len(found) < len(rows) or not self.least <= len(rows) <= self.most:
            return None
        return tuple(found) if len({len(one) for one in found}) == 1 else None

    def write(self, value: Any) -> str:
        """Return the rows with slashes."""
        row = Numbers((), self.low, self.high, self.digits, self.least, self.most)
        return "/".join(row.write(one) for one in value)

    @property
    def expected(self) -> str:
        """What the value must be."""
        bounds = f"from {plain(self.low, 12)} to {plain(self.high, 12)}"
        sides = f"from {self.least} to {self.most}"
        return f"a matrix with {sides} rows and columns of numbers {bounds}"


def rounded(value: float, digits: int) -> float:
    """Return a number with at most so many decimals, halves rounded up as JavaScript does."""
    scale = float(10**digits)
    return math.floor(value * scale + 0.5) / scale


def plain(value: float, digits: int) -> str:
    """Return a number without an exponent and without zeros at its end."""
    text = f"{rounded(float(value), digits):.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def read_state(state: str, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return all values of a state.

    Args:
        state: Such as `"stride=2;padding=same"`. What it doesn't name has its default.
        fields: The fields by name.

    Raises:
        ValueError: It names something unknown, or a value that can't be used.

    Example:
        >>> from dlwidgets.concepts._fields import Number, read_state
        >>> read_state("stride=2", {"stride": Number(1, 1, 4), "dilation": Number(1, 1, 3)})
        {'stride': 2, 'dilation': 1}
    """
    if len(state) > MOST_CHARACTERS:
        message = f"Expected a `state` of at most {MOST_CHARACTERS} characters. "
        raise ValueError(message + f"Received: {len(state)} characters.")
    values = {name: field.value for name, field in fields.items()}
    for part in filter(None, state.split(";")):
        name, equals, text = part.partition("=")
        if not equals or name not in fields:
            message = f"Expected a `state` of {', '.join(fields)}. Received: {part!r}."
            raise ValueError(message)
        value = fields[name].read(text)
        if value is None:
            message = f"Expected `{name}` to be {fields[name].expected}. Received: {text!r}."
            raise ValueError(message)
        values[name] = value
    return values


def write_state(values: Mapping[str, Any], fields: Mapping[str, Field]) -> str:
    """Return the state with these values, which names what differs from the defaults.

    Args:
        values: Some of the values or all of them.
        fields: The fields by name.

    Raises:
        ValueError: A value is unknown or can't be used.

    Example:
        >>> from dlwidgets.concepts._fields import Number, write_state
        >>> write_state({"stride": 2, "dilation": 1}, {"stride": Number(1, 1, 4),
        ...                                            "dilation": Number(1, 1, 3)})
        'stride=2'
    """
    parts = []
    for name, value in values.items():
        if name not in fields:
            message = f"Expected one of {', '.join(fields)}. Received: {name!r}."
            raise ValueError(message)
        field = fields[name]
        if field.check(value) is None:
            message = f"Expected `{name}` to be {field.expected}. Received: {value!r}."
            raise ValueError(message)
        text = field.write(value)
        if text != field.write(field.value):
            parts.append((list(fields).index(name), f"{name}={text}"))
    return ";".join(text for _, text in sorted(parts))
