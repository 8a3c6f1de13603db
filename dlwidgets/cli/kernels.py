"""Kernels of served pages: they run this Python, and shut down when their page is closed."""

from __future__ import annotations

import contextvars
import time
from typing import Any

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, KernelSpecManager
from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

# Cells that begin with "import keras" show no messages of TensorFlow.
_QUIET = "--InteractiveShellApp.extra_extensions=dlwidgets._quiet"

# Ids of the kernels that were started while answering the current request.
started_for_request: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar(
    "started_for_request", default=None
)


class ThisPythonKernelSpecManager(KernelSpecManager):
    """Kernel specs in which ``python3``, the usual kernel, is the Python of this process.

    Otherwise, a kernel that is installed for the user or in another environment may be used.
    """

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the folder of each kernel by name, as the base class does."""
        found: dict[str, str] = super().find_kernel_specs()
        return {**found, NATIVE_KERNEL_NAME: RESOURCES}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the spec of a kernel.

        Args:
            kernel_name: The name in the metadata of a notebook.

        Returns:
            This Python for ``python3``, otherwise the installed kernel of this name.
        """
        if kernel_name == NATIVE_KERNEL_NAME:
            return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict([_QUIET]))
        return super().get_kernel_spec(kernel_name)


class OnlyThisPythonKernelSpecManager(ThisPythonKernelSpecManager):
    """Kernel specs with this Python only, also for notebooks that name another kernel."""

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the only kernel."""
        return {NATIVE_KERNEL_NAME: RESOURCES}


class PageKernelManager(AsyncMappingKernelManager):
    """Manager that shuts down a kernel some time after its page is closed, busy or not.

    The base class waits until a kernel is idle. A kernel that trains for hours for a closed page
    is never idle, and a kernel that was preheated an hour ago counts as idle as soon as a page
    gets it.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._alone_since: dict[str, float] = {}
        self._had_page: set[str] = set()
        self._started: set[str] = set()

    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]
        """Start a kernel, and record its id for the current request.

        Args:
            **kwargs: As for the base class.

        Returns:
            The kernel's id.
        """
        kernel_id: str = await super().start_kernel(**kwargs)
        self._started.add(kernel_id)
        noted = started_for_request.get()
        if noted is not None:
            noted.append(kernel_id)
        return kernel_id

    def notify_connect(self, kernel_id: str) -> None:
        """Record that a page has connected to a kernel."""
        super().notify_connect(kernel_id)
        self._had_page.add(kernel_id)
        self._alone_since.pop(kernel_id, None)

    def notify_disconnect(self, kernel_id: str) -> None:
        """Record that a page has closed. The time until its kernel shuts down starts now."""
        super().notify_disconnect(kernel_id)
        if kernel_id in self and not self.kernel_model(kernel_id)["connections"]:
            self._alone_since[kernel_id] = time.monotonic()

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Shut down a kernel that died, or whose page closed ``cull_idle_timeout`` seconds ago.

        A kernel whose page has not connected yet is kept while it starts or is busy, because it
        renders the page.

        Args:
            kernel_id: A running kernel that is not waiting in a pool.
        """
        if kernel_id not in self._started:  # it has no state to ask for yet
            return
        model = self.kernel_model(kernel_id)
        if not await ensure_async(self.is_alive(kernel_id)):
            self.log.error("Kernel %s died. Perhaps the machine has too little memory.", kernel_id)
            await self.shutdown_kernel(kernel_id)
            return
        if model["connections"]:
            return
        if kernel_id not in self._had_page and model["execution_state"] in ("starting", "busy"):
            self._alone_since.pop(kernel_id, None)
            return
        since = self._alone_since.setdefault(kernel_id, time.monotonic())
        if time.monotonic() - since < self.cull_idle_timeout:
            return
        self.log.info("Shutting down kernel %s, because its page is closed", kernel_id)
        await self.shutdown_kernel(kernel_id)

    async def shutdown_kernel(self, kernel_id: str, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Shut down a kernel, and delete the records of its page.

        Args:
            kernel_id: A running kernel.
            *args: As for the base class.
            **kwargs: As for the base class.
        """
        self._alone_since.pop(kernel_id, None)
        self._had_page.discard(kernel_id)
        self._started.discard(kernel_id)
        await super().shutdown_kernel(kernel_id, *args, **kwargs)
