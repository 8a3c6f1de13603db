"""States of a Run, and the events that views subscribe to."""

from __future__ import annotations

import enum
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets._messages import Message

_log = logging.getLogger("dlwidgets")


class State(enum.StrEnum):
    """What a Run is doing: ``ready → running ⇄ paused → finished | stopped | failed``.

    A recorded run whose process ended before it did is ``interrupted``.
    """

    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """Of a recorded run: its process ended before the run did."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self in (State.FINISHED, State.STOPPED, State.FAILED, State.INTERRUPTED)

    @property
    def text(self) -> Message:
        """The state as a word inside a sentence."""
        return {
            State.READY: tr("ready"),
            State.RUNNING: tr("running"),
            State.PAUSED: tr("paused"),
            State.FINISHED: tr("finished"),
            State.STOPPED: tr("stopped"),
            State.FAILED: tr("failed"),
            State.INTERRUPTED: tr("interrupted"),
        }[self]


@dataclass(frozen=True)
class Event:
    """Something that happened to a Run.

    Attributes:
        kind: "state" (see `Run.state`), "phase" (starting, training, validating), "epoch" (an
            epoch ended), "marker" (see `Marker`), "learning_rate" (it was set).
    """

    kind: Literal["state", "phase", "epoch", "marker", "learning_rate"]


@dataclass(frozen=True)
class Marker:
    """A moment of a run that its charts mark with a line.

    Attributes:
        kind: "learning_rate", "pause", "error" or "note".
        step: The last step before it.
        epoch: The epoch as a fraction.
        time: Seconds of training, pauses left out.
        text: What happened; a `Message`, so that it can be translated.
    """

    kind: Literal["learning_rate", "pause", "error", "note"]
    step: int
    epoch: float
    time: float
    text: str


class Events:
    """Subscribers that are called on the thread where something happens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: list[Callable[[Event], None]] = []

    def subscribe(self, subscriber: Callable[[Event], None]) -> Callable[[], None]:
        """Call `subscriber` at each event from now on; returns a function that ends this."""
        with self._lock:
            self._subscribers.append(subscriber)

        def unsubscribe() -> None:
            with self._lock:
                if subscriber in self._subscribers:
                    self._subscribers.remove(subscriber)

        return unsubscribe

    def emit(self, event: Event) -> None:
        """Call every subscriber; one that raises is logged and doesn't affect the others."""
        with self._lock:
            subscribers = list(self._subscribers)
        for subscriber in subscribers:
            try:
                subscriber(event)
            except Exception:  # noqa: BLE001 - an error in a view must never end the training
                _log.exception("a subscriber failed at %s", event)
