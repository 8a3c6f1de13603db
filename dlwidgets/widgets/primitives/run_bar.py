"""The head of a training panel: state, buttons and numbers of a run."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Bool, Dict, Enum, Float, Int, List, Unicode

from dlwidgets._messages import tr
from dlwidgets.training.errors import explain
from dlwidgets.training.events import State
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.view import View, finite_number, log

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.resources import Resources
    from dlwidgets.training.run import Run

_MAX_STEPS_PER_CLICK = 10_000
_MAX_RATE_LENGTH = 60  # characters of a typed learning rate


class RunBar(View):
    """State, buttons, learning rate, progress, speed and resources of a Run.

    `TrainingPanel` connects it to a Run.

    Args:
        on_start: Called when the user presses Start.

    Attributes:
        run: The Run that the buttons act on; `None` for none.
        optimizer: The name of the optimizer whose learning rate is shown and set; "" for all.
        recorded: Whether it is a recorded run, which can only be looked at.
    """

    _model_name = Unicode("RunBarModel").tag(sync=True)
    _view_name = Unicode("RunBarView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset(
        {"start", "pause", "resume", "step", "stop", "learning_rate"}
    )

    model_name = Text()
    parameters = Int(0).tag(sync=True)
    device = Unicode("").tag(sync=True)
    state = Enum([s.value for s in State], default_value="ready").tag(sync=True)
    phase = Text()
    epoch = Int(0).tag(sync=True)
    epochs = Int(0).tag(sync=True)
    step = Int(0).tag(sync=True)
    step_in_epoch = Int(0).tag(sync=True)
    steps_per_epoch = Int(0).tag(sync=True)
    total_steps = Int(0).tag(sync=True)
    steps_per_second = Float(0.0).tag(sync=True)
    samples_per_second = Float(0.0).tag(sync=True)
    elapsed = Float(0.0).tag(sync=True)
    remaining = Float(-1.0).tag(sync=True)
    learning_rate = Float(-1.0).tag(sync=True)
    learning_rate_label = Text(tr("Learning rate now"))
    learning_rates = Text()
    learning_rate_locked = Text()
    cpu_percent = Float(-1.0).tag(sync=True)
    cpu_count = Int(1).tag(sync=True)
    memory_used = Float(0.0).tag(sync=True)
    memory_total = Float(0.0).tag(sync=True)
    gpus = List(Dict()).tag(sync=True)
    message = Text()
    message_kind = Enum(["info", "warning", "error"], default_value="info").tag(sync=True)
    can_start = Bool(False).tag(sync=True)
    can_restart = Bool(False).tag(sync=True)
    blocking = Bool(False).tag(sync=True)
    recorded = Bool(False).tag(sync=True)
    seq = Int(0).tag(sync=True)

    def __init__(self, on_start: Callable[[], None] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._lock = threading.Lock()
        self._on_start_pressed = on_start
        self.run: Run | None = None
        self.optimizer = ""

    def say(self, text: str, kind: str = "error") -> None:
        """Show a message.

        Args:
            text: The message; "" removes the current one.
            kind: `"info"`, `"warning"` or `"error"`.
        """
        with self.hold_sync():
            self.message, self.message_kind = text, kind if text else "info"

    def show_resources(self, resources: Resources) -> None:
        """Show CPU, memory and GPU use."""
        with self.hold_sync():
            self.cpu_percent = resources.cpu_percent
            self.cpu_count = resources.cpu_count
            self.memory_used = float(resources.memory_used)
            self.memory_total = float(resources.memory_total)
            self.gpus = [vars(gpu) for gpu in resources.gpus]

    # -- from the page -------------------------------------------------------------------------

    def _receive(self, widget: Any, content: Any, buffers: Any) -> None:
        try:
            super()._receive(widget, content, buffers)
        finally:
            self.seq += 1  # the page waits for an answer, even if there is nothing to do

    def _on_start(self, _content: dict[str, Any]) -> None:
        # Two clicks may arrive on two threads; only one of them may start a run.
        if not self._lock.acquire(blocking=False):
            return
        try:
            allowed = self.can_restart if State(self.state).ended else self.can_start
            if allowed and self._on_start_pressed is not None:
                self._on_start_pressed()
        finally:
            self._lock.release()

    def _on_pause(self, _content: dict[str, Any]) -> None:
        self._steer(lambda run: run.pause())

    def _on_resume(self, _content: dict[str, Any]) -> None:
        self._steer(lambda run: run.resume())

    def _on_stop(self, _content: dict[str, Any]) -> None:
        self._steer(lambda run: run.stop())

    def _on_step(self, content: dict[str, Any]) -> None:
        n = int(min(max(finite_number(content, "n") or 1, 1), _MAX_STEPS_PER_CLICK))
        self._steer(lambda run: run.step(n))

    def _steer(self, action: Callable[[Run], None]) -> None:
        run = self.run
        # The run may end while a click is on its way here.
        if run is None or run.state.ended or run.blocking:
            return
        try:
            action(run)
        except RuntimeError as error:
            log.info("too late: %s", error)  # it has just ended
        # A long step delays the action: show what is pending.
        self.phase = run.pending or self.phase

    def _on_learning_rate(self, content: dict[str, Any]) -> None:
        value = content.get("value")
        if not isinstance(value, (int, float, str)):
            return
        if isinstance(value, str):
            value = value[:_MAX_RATE_LENGTH]  # an error quotes it
        run, problem = self.run, ""
        if run is None:
            problem = tr(
                "No run is active. You can change the learning rate while a run is training."
            )
        else:
            try:
                run.set_learning_rate(value, self.optimizer or None)
            except (ValueError, RuntimeError) as error:
                problem = explain(error)
        if problem:
            self.send({"type": "learning_rate_error", "text": problem})
