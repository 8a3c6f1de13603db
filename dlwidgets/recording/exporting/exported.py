"""What an export returns: where it is, and what it doesn't contain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Exported:
    """An export that is complete. Wherever a path is expected, it stands for `path`.

    Attributes:
        kind: The format, such as ``"csv"``.
        path: The file or folder.
        notes: Sentences about what isn't in it, for example because the recording is damaged.
    """

    kind: str
    path: Path
    notes: tuple[str, ...] = ()

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        first = tr("Exported as {kind} to {path}.", kind=self.kind, path=str(self.path))
        return "\n".join([str(first), *map(str, self.notes)])

    def __repr__(self) -> str:
        return str(self)
