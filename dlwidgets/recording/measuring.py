"""What the machine does while a run trains: processor, memory, GPUs."""

from __future__ import annotations

import math
import time

from dlwidgets.training.resources import ResourceMeter

_FIRST = 1.0  # seconds between two measurements of a young run
_MOST = 1000  # as many of its age lie between two of an old one


class Measuring:
    """Measures once a second, and ever less often as the run gets older."""

    def __init__(self) -> None:
        self._meter: ResourceMeter | None = None
        self._began = time.monotonic()
        self._next = self._began

    def values(self, *, now: bool = False) -> dict[str, float] | None:
        """Return what is in use at this moment; None if it isn't time yet.

        Args:
            now: Measure also before it is time.

        Returns:
            ``cpu_percent`` (100 is one core), ``cpu_count``, ``memory_used`` and ``memory_total``
            in bytes, and for each GPU, such as the first, ``gpu0_utilization`` in percent,
            ``gpu0_memory_used``, ``gpu0_memory_total``, and ``gpu0_temperature`` in degrees
            Celsius; NaN if unknown.
        """
        moment = time.monotonic()
        if moment < self._next and not now:
            return None
        self._next = moment + max(_FIRST, (moment - self._began) / _MOST)
        if self._meter is None:  # its first reading begins the measured interval
            self._meter = ResourceMeter()
        found = self._meter.read()
        values = {
            "cpu_percent": found.cpu_percent,
            "cpu_count": float(found.cpu_count),
            "memory_used": found.memory_used,
            "memory_total": found.memory_total,
        }
        for number, gpu in enumerate(found.gpus):
            for name in ("utilization", "memory_used", "memory_total", "temperature"):
                value = getattr(gpu, name)
                values[f"gpu{number}_{name}"] = math.nan if value < 0 else value
        return values
