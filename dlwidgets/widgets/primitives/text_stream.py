"""Generated text that grows while you watch, shaded by probability."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Bool, Dict, Int, List, Unicode

from dlwidgets.generate.text_model import ALTERNATIVES
from dlwidgets.widgets._core.text import Records, Text
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.generate import TextChunk

_PAIRS = 1 + ALTERNATIVES
_BYTES = 4 * _PAIRS  # per character: 16 bits for a character, 16 for its probability, six times
RECORD_SIZE = 2 * _PAIRS
"""Numbers per character of `TextStream.records`; the first one is the character."""

_NONE = 0xFFFF
_SNAPSHOT_INTERVAL = 3.0  # seconds: a reloaded page misses at most this much
MAX_CHARACTERS = 20_000
"""A longer text loses its beginning."""


class TextStream(View):
    """Sampled text that appears as it is generated, with the alternatives of each character.

    The less probable a character was, the darker it is marked. Hover or press the arrow keys to see
    the alternatives. All methods may be called from any thread.

    Args:
        title: Shown above the text.
        empty_text: Shown while there is no text.
        max_height: Pixels. A longer text scrolls.

    Attributes:
        caption: Shown above the text, such as the settings.
        streaming: Whether the text is still growing.

    Example:
        >>> stream = dl.widgets.TextStream(title="Sample")
        >>> stream.begin("abc", seed_text="ab")
        >>> stream.text
        ''
    """

    _model_name = Unicode("TextStreamModel").tag(sync=True)
    _view_name = Unicode("TextStreamView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"resync"})

    title = Text()
    caption = Text()
    seed_text = Unicode("").tag(sync=True)
    alphabet = List(Unicode()).tag(sync=True)
    headings = Records()
    empty_text = Text()
    max_height = Int(260, min=60, max=4000).tag(sync=True)
    streaming = Bool(False).tag(sync=True)
    _data = Dict().tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self._lock = threading.RLock()
        self._records = bytearray()
        self._sent = 0  # bytes
        self._generation = 0
        self._next_snapshot = 0.0
        super().__init__(**kwargs)

    @property
    def text(self) -> str:
        """The generated text so far, without the seed text."""
        with self._lock:
            ids = np.frombuffer(bytes(self._records), "<u2").reshape(-1, 2 * _PAIRS)[:, 0]
            return "".join(self.alphabet[i] for i in ids)

    def begin(self, characters: Sequence[str], *, seed_text: str = "", caption: str = "") -> None:
        """Start a new text.

        Args:
            characters: All characters that may occur, in the tokenizer's order; at most 65,534.
            seed_text: Shown before the text, paler.
            caption: Shown above the text, such as the settings.

        Raises:
            ValueError: There are too many characters.
        """
        if len(characters) >= _NONE:
            message = (
                f"Expected at most {_NONE - 1:,} different characters. "
                f"Received: {len(characters):,}"
            )
            raise ValueError(message)
        with self._lock, self.hold_sync():
            self._clear()
            self.alphabet = list(characters)
            self.seed_text, self.caption, self.headings = seed_text, caption, []
            self.streaming = True
            self._take_snapshot()

    def heading(self, text: str, seed_text: str = "") -> None:
        """Add a heading, in place of one without text below it.

        Args:
            text: The heading.
            seed_text: The seed of the text below it, for a downloaded file.
        """
        with self._lock:
            at = len(self._records) // _BYTES
            kept = [h for h in self.headings if h["at"] != at]
            self.headings = [*kept, {"at": at, "text": text, "seed_text": seed_text}]

    def append(self, chunk: TextChunk) -> None:
        """Append characters. They reach the page within a tenth of a second.

        Args:
            chunk: The characters, with their probabilities and alternatives.
        """
        with self._lock:
            self._records += _packed(chunk)
            if len(self._records) > MAX_CHARACTERS * _BYTES:
                self._drop_beginning()
        TICKER.add(self)

    def records(self, start: int = 0) -> NDArray[np.uint16]:
        """Return characters with their probabilities and alternatives, to keep them.

        Args:
            start: The first character.
        """
        with self._lock:
            return np.frombuffer(bytes(self._records[start * _BYTES :]), "<u2")

    def append_records(self, records: NDArray[np.uint16]) -> None:
        """Append what `records` returned.

        Args:
            records: Of characters of this alphabet.

        Raises:
            ValueError: They are no records, or one of another alphabet.
        """
        table = np.asarray(records, "<u2").reshape(-1, 2 * _PAIRS)
        if len(table) and int(table[:, 0].max()) >= len(self.alphabet):
            message = f"Expected characters below {len(self.alphabet)}. Received: others."
            raise ValueError(message)
        with self._lock:
            self._records += table.tobytes()
            if len(self._records) > MAX_CHARACTERS * _BYTES:
                self._drop_beginning()
        TICKER.add(self)

    def finish(self) -> None:
        """Mark the text as complete, and send the rest of it."""
        with self._lock, self.hold_sync():
            self.flush()
            self.streaming = False
            self._take_snapshot()

    def clear(self) -> None:
        """Remove the text."""
        with self._lock, self.hold_sync():
            self._clear()
            self.seed_text, self.caption, self.headings = "", "", []
            self.streaming = False
            self._take_snapshot()

    def _release(self) -> None:
        TICKER.remove(self)

    def tick(self) -> bool:
        """Send new text; called by the ticker. Return `False` when nothing is waiting."""
        with self._lock:
            self.flush()
            if self._next_snapshot and time.monotonic() >= self._next_snapshot:
                self._take_snapshot()
            return bool(self._next_snapshot)

    def flush(self) -> None:
        """Send the characters that the page doesn't have yet, in one message."""
        with self._lock:
            if len(self._records) <= self._sent:
                return
            news = bytes(self._records[self._sent :])
            start = self._sent // _BYTES
            self._sent = len(self._records)
            self.send({"type": "append", "generation": self._generation, "start": start}, [news])
            if not self._next_snapshot:
                self._next_snapshot = time.monotonic() + _SNAPSHOT_INTERVAL

    def _clear(self) -> None:
        self._generation += 1
        self._records, self._sent = bytearray(), 0

    def _drop_beginning(self) -> None:
        """Drop the older half, up to a heading if there is one."""
        count = len(self._records) // _BYTES
        later = [h["at"] for h in self.headings if h["at"] >= count - MAX_CHARACTERS // 2]
        cut = later[0] if later else count - MAX_CHARACTERS // 2
        self._generation += 1
        with self.hold_sync():
            self._records = self._records[cut * _BYTES :]
            kept = [h for h in self.headings if h["at"] >= cut]
            self.headings = [{**h, "at": h["at"] - cut} for h in kept]
            self._sent = len(self._records)
            self._take_snapshot()

    def _take_snapshot(self) -> None:
        self._next_snapshot = 0.0
        held = bytes(self._records[: self._sent])
        self._data = {"generation": self._generation, "bytes": memoryview(held)}

    def _on_resync(self, _content: dict[str, Any]) -> None:
        with self._lock:
            self._take_snapshot()
            self.send_state("_data")  # even if nothing has changed: the page missed it


def _packed(chunk: TextChunk) -> bytes:
    """Return a chunk in the binary format that the front end's decode.ts reads."""
    n, kept = chunk.alternatives.shape
    records = np.zeros((n, _PAIRS, 2), "<u2")
    records[:, 0, 0], records[:, 0, 1] = chunk.ids, _share(chunk.probability)
    records[:, 1:, 0] = _NONE
    records[:, 1 : 1 + kept, 0] = chunk.alternatives
    records[:, 1 : 1 + kept, 1] = _share(chunk.alternative_probability)
    return records.tobytes()


def _share(probability: Any) -> Any:
    return np.rint(np.clip(probability, 0, 1) * 0xFFFF)
