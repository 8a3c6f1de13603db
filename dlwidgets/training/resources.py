"""Processor, memory and GPU use of this process and its machine."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
from dataclasses import dataclass, field
from typing import Any

import psutil


@dataclass(frozen=True)
class Gpu:
    """One GPU's use.

    Attributes:
        name: What the driver calls it.
        utilization: Percent of the last moment in which it computed; -1 if unknown.
        memory_used: Bytes in use, by all processes.
        memory_total: Bytes that it has.
        temperature: Degrees Celsius; -1 if unknown.
    """

    name: str
    utilization: float
    memory_used: float
    memory_total: float
    temperature: float


@dataclass(frozen=True)
class Resources:
    """What is in use now.

    Attributes:
        cpu_percent: This process's processor time since the last look, 100 is one core.
        cpu_count: Cores that this process may use.
        memory_used: Bytes of memory that this process holds.
        memory_total: Bytes that the machine has.
        gpus: One entry per NVIDIA GPU; empty without one, or without nvidia-ml-py.
    """

    cpu_percent: float
    cpu_count: int
    memory_used: float
    memory_total: float
    gpus: tuple[Gpu, ...] = field(default=())


class ResourceMeter:
    """Reads resources again and again, cheaply.

    Example:
        >>> ResourceMeter().read().memory_used > 0
        True
    """

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._process.cpu_percent()  # the first reading is the start of the measured interval
        self._cores = _usable_cores()
        self._total = float(psutil.virtual_memory().total)
        self._nvml, self._handles = _open_nvml()

    def read(self) -> Resources:
        """The present use."""
        return Resources(
            cpu_percent=self._process.cpu_percent(),
            cpu_count=self._cores,
            memory_used=float(self._process.memory_info().rss),
            memory_total=self._total,
            gpus=tuple(self._read_gpu(handle) for handle in self._handles),
        )

    def _read_gpu(self, handle: Any) -> Gpu:
        nvml = self._nvml
        memory = nvml.nvmlDeviceGetMemoryInfo(handle)
        utilization = temperature = -1.0
        # Some GPUs (slices of one, old ones) do not tell everything.
        with contextlib.suppress(nvml.NVMLError):
            utilization = float(nvml.nvmlDeviceGetUtilizationRates(handle).gpu)
        with contextlib.suppress(nvml.NVMLError):
            temperature = float(nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU))
        name = nvml.nvmlDeviceGetName(handle)
        name = name.decode() if isinstance(name, bytes) else str(name)
        return Gpu(name, utilization, float(memory.used), float(memory.total), temperature)


def _open_nvml() -> tuple[Any, list[Any]]:
    """NVIDIA's management library and its GPUs; none without package or driver."""
    if importlib.util.find_spec("pynvml") is None:
        return None, []
    nvml = importlib.import_module("pynvml")
    try:
        nvml.nvmlInit()
        count = nvml.nvmlDeviceGetCount()
    except nvml.NVMLError:  # no driver, or no GPU
        return nvml, []
    return nvml, [nvml.nvmlDeviceGetHandleByIndex(i) for i in range(count)]


def gpu_count() -> int:
    """How many NVIDIA GPUs answer, without TensorFlow being asked."""
    return len(_open_nvml()[1])


def _usable_cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
