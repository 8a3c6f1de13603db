"""How thorough a run is: the full one takes less than 15 minutes, the quick one less than 4."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    """What the benchmarks need to know.

    Attributes:
        scratch: An empty folder for notebooks, logs and the servers' own files.
        quick: Few repetitions.
    """

    scratch: Path
    quick: bool = False
    progress: bool = field(default=True)

    def choose(self, full: T, quick: T) -> T:
        """One of two values."""
        return quick if self.quick else full

    def say(self, text: str) -> None:
        """Tell what is being measured."""
        if self.progress:
            print(f"    {text}", flush=True)
