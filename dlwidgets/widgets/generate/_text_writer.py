"""Sampling on a thread: one text, or several at different temperatures."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.generate import sample_text, sample_texts
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets.generate._text_document import TextOrigin
from dlwidgets.widgets.primitives.text_stream import TextStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets.widgets.generate._text_form import TextSettings
    from dlwidgets.widgets.generate._text_source import TextSource

TEMPERATURES = (0.2, 0.5, 1.0, 1.2)
"""The book's four."""


class TextWriter:
    """Samples texts into `TextStream`s; only the newest request counts.

    Args:
        on_begin: Called with the source and the settings before the first character.
        on_chunk: Called with the distribution of the next character after each chunk of one text.
        on_end: Called when nothing more is sampled.
        on_error: Called with what a request raised.

    Attributes:
        stream: The stream of one text.
        comparison: The streams of the texts at `TEMPERATURES`.
    """

    def __init__(
        self,
        on_begin: Callable[[TextSource, TextSettings], None],
        on_chunk: Callable[[NDArray[Any]], None],
        on_end: Callable[[], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._on_begin, self._on_chunk, self._on_end = on_begin, on_chunk, on_end
        self._worker = Worker("dlwidgets-text", on_error)
        self._cancel = threading.Event()
        self._origin: TextOrigin | None = None
        self._origin_of_comparison: TextOrigin | None = None
        self.stream = TextStream(
            title=tr("Text"), empty_text=tr("Press Generate to sample a text.")
        )
        self.comparison = tuple(
            TextStream(title=tr("Temperature {temperature}", temperature=f"{t:g}"), max_height=180)
            for t in TEMPERATURES
        )

    @property
    def busy(self) -> bool:
        """Whether a text is being sampled, or waits to be."""
        return self._worker.busy

    def write(self, source: TextSource, settings: TextSettings, *, compare: bool) -> None:
        """Start to sample, in place of what is in progress.

        Args:
            source: The model.
            settings: The settings.
            compare: Whether to sample a text at each of `TEMPERATURES`.
        """
        self._cancel.set()
        cancel = self._cancel = threading.Event()
        sample = self._sample_several if compare else self._sample_one

        def work() -> None:
            try:
                if not cancel.is_set():
                    sample(source, settings, cancel)
            finally:
                if cancel is self._cancel:
                    self._on_end()

        self._worker.submit(work)

    def stop(self) -> None:
        """Stop sampling and keep the texts."""
        self._cancel.set()

    def close(self) -> None:
        """Stop sampling, and end the thread."""
        self.stop()
        self._worker.close()

    def documents(self) -> list[str]:
        """Return all texts, each below the settings that it was sampled with."""
        found = []
        if self._origin is not None and self.stream.text:
            found.append(self._origin.document(self.stream.text))
        if self._origin_of_comparison is not None:
            found += [
                self._origin_of_comparison.document(stream.text, temperature)
                for temperature, stream in zip(TEMPERATURES, self.comparison, strict=True)
                if stream.text
            ]
        return found

    def _sample_one(
        self, source: TextSource, settings: TextSettings, cancel: threading.Event
    ) -> None:
        model, step = source.newest()
        chunks = sample_text(
            model,
            source.tokenizer,
            settings.seed_text,
            settings.length,
            settings.temperature,
            settings.top_k,
            settings.top_p,
            settings.seed,
            settings.carry_state,
        )
        self._origin = TextOrigin(settings, source.name, step)
        self._on_begin(source, settings)
        self.stream.begin(
            list(source.tokenizer.characters),
            seed_text=settings.seed_text,
            caption=self._origin.caption,
        )
        try:
            for chunk in chunks:
                if cancel.is_set():
                    break
                self.stream.append(chunk)
                self._on_chunk(chunk.next_probability)
        finally:
            self.stream.finish()

    def _sample_several(
        self, source: TextSource, settings: TextSettings, cancel: threading.Event
    ) -> None:
        model, step = source.newest()
        rows = sample_texts(
            model,
            source.tokenizer,
            settings.seed_text,
            settings.length,
            TEMPERATURES,
            settings.top_k,
            settings.top_p,
            settings.seed,
            settings.carry_state,
        )
        self._origin_of_comparison = TextOrigin(settings, source.name, step)
        self._on_begin(source, settings)
        for stream in self.comparison:
            stream.begin(list(source.tokenizer.characters))
        try:
            for row in rows:
                if cancel.is_set():
                    break
                for stream, chunk in zip(self.comparison, row, strict=True):
                    stream.append(chunk)
        finally:
            for stream in self.comparison:
                stream.finish()
