"""Type of what a traitlets observer receives."""

from __future__ import annotations

from typing import Any, Generic, TypedDict, TypeVar

T = TypeVar("T")


class Change(TypedDict, Generic[T]):
    """The change of a trait whose values are of type `T`, as traitlets hands it to an observer.

    An observer that reads no value takes a `Change[object]`.
    """

    name: str
    old: T
    new: T
    owner: Any
    type: str
