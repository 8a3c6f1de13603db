"""One image of a studio, from the request to the end."""

from __future__ import annotations

import threading
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class JobState(Enum):
    """Where a job is."""

    WAITING = "waiting"
    """Waits for the network, or for the job before it to end."""
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    """By the user. What there is of the image is kept."""
    REPLACED = "replaced"
    """By a newer job."""
    OUTGROWN = "outgrown"
    """Its weights had learned nothing, and the network has by now."""
    FAILED = "failed"


class Progress(Protocol):
    """An image after a step."""

    @property
    def image(self) -> NDArray[np.uint8]:
        """The image, uint8, shape (height, width, 3)."""

    @property
    def done(self) -> bool:
        """Whether it is complete."""


class Job:
    """An image to make, and how far it is.

    Args:
        settings: The settings to make it with.

    Attributes:
        settings: The settings.
        state: Where it is.
        original: The image that it is made of, uint8, shape (height, width, 3); None before it
            starts.
        steps: Steps done so far.
        network_step: Training steps of the weights that it uses, or that it failed with; -1 before.

    Example:
        >>> from dlwidgets.widgets.vision._studio_job import Job, JobState
        >>> job = Job({"steps": 20})
        >>> job.start(), job.end(JobState.DONE), job.end(JobState.STOPPED)
        (True, True, False)
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.state = JobState.WAITING
        self.original: NDArray[np.uint8] | None = None
        self.steps, self.network_step = 0, -1
        self._lock = threading.Lock()

    @property
    def wanted(self) -> bool:
        """Whether the image is still to be made."""
        return self.state in (JobState.WAITING, JobState.RUNNING)

    def start(self) -> bool:
        """Start the job.

        Returns:
            Whether it was waiting.
        """
        with self._lock:
            waiting = self.state is JobState.WAITING
            if waiting:
                self.state = JobState.RUNNING
            return waiting

    def end(self, state: JobState) -> bool:
        """End the job, unless it has ended.

        Args:
            state: How it ends.

        Returns:
            Whether it hadn't ended before.
        """
        with self._lock:
            wanted = self.wanted
            if wanted:
                self.state = state
            return wanted
