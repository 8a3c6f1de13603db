"""CPU, memory and GPU use of this process and its machine."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
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
        memory_used: Bytes in use, by all processes; -1 if unknown.
        memory_total: Bytes that it has; -1 if unknown.
        temperature: Degrees Celsius; -1 if unknown.
    """

    name: str
    utilization: float
    memory_used: float
    memory_total: float
    temperature: float


@dataclass(frozen=True)
class Resources:
    """Resources in use at a moment.

    Attributes:
        cpu_percent: This process's processor time since the last reading, 100 is one core.
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
    """Reads the use of resources repeatedly, at little cost.

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
        """Return the current use."""
        return Resources(
            cpu_percent=self._process.cpu_percent(),
            cpu_count=self._cores,
            memory_used=float(self._process.memory_info().rss),
            memory_total=self._total,
            gpus=tuple(gpu for h in self._handles if (gpu := self._read_gpu(h)) is not None),
        )

    def _read_gpu(self, handle: Any) -> Gpu | None:
        """Return one GPU's use; None if the driver reports nothing about it."""
        nvml = self._nvml
        # Some GPUs (slices of one, those that share the machine's memory) don't report everything.
        memory = _ask(nvml, "nvmlDeviceGetMemoryInfo", handle)
        rates = _ask(nvml, "nvmlDeviceGetUtilizationRates", handle)
        celsius = _ask(nvml, "nvmlDeviceGetTemperature", handle, nvml.NVML_TEMPERATURE_GPU)
        if memory is None and rates is None and celsius is None:
            return None
        name = _text(_ask(nvml, "nvmlDeviceGetName", handle)) or "GPU"
        return Gpu(
            name,
            -1.0 if rates is None else float(rates.gpu),
            -1.0 if memory is None else float(memory.used),
            -1.0 if memory is None else float(memory.total),
            -1.0 if celsius is None else float(celsius),
        )


def _ask(nvml: Any, function: str, *arguments: Any) -> Any | None:
    """Return what NVML answers; None if it doesn't."""
    try:
        return getattr(nvml, function)(*arguments)
    except nvml.NVMLError:
        return None


def _text(value: object) -> str:
    """Return a name, which old versions of the package give as bytes."""
    return value.decode() if isinstance(value, bytes) else str(value or "")


def _open_nvml() -> tuple[Any, list[Any]]:
    """Open NVIDIA's management library; no GPUs without package or driver."""
    if importlib.util.find_spec("pynvml") is None:
        return None, []
    nvml = importlib.import_module("pynvml")
    try:
        nvml.nvmlInit()
        count = nvml.nvmlDeviceGetCount()
    except nvml.NVMLError:  # no driver, or no GPU
        return nvml, []
    handles = [_ask(nvml, "nvmlDeviceGetHandleByIndex", i) for i in range(count)]
    return nvml, [handle for handle in handles if handle is not None]


def gpu_count() -> int:
    """Return the number of NVIDIA GPUs that this process can use, without asking TensorFlow.

    Counts those that ``CUDA_VISIBLE_DEVICES`` leaves it, by number or by id.
    """
    nvml, handles = _open_nvml()
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is None:
        return len(handles)
    ids = [_text(_ask(nvml, "nvmlDeviceGetUUID", handle)) for handle in handles]

    def usable(entry: str) -> bool:
        if entry.isdecimal():
            return int(entry) < len(handles)
        if entry.startswith("MIG-"):  # a slice of a GPU, which has an id of its own
            return bool(handles)
        return entry.startswith("GPU-") and any(i.startswith(entry) for i in ids)

    # CUDA takes the entries up to the first that it does not know.
    entries = (entry.strip() for entry in chosen.split(","))
    return sum(1 for _ in itertools.takewhile(usable, entries))


def _usable_cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
