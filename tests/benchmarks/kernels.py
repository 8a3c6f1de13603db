"""A real kernel with a client that reads all it publishes, as a Jupyter server would."""

from __future__ import annotations

import ast
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from dlwidgets.cli.kernels import ThisPythonKernelSpecManager

if TYPE_CHECKING:
    from types import TracebackType

REPOSITORY = Path(__file__).resolve().parents[2]


class CellFailedError(RuntimeError):
    """A cell raised; the message is the kernel's traceback."""


def environment() -> dict[str, str]:
    """The variables for a kernel or server that imports this repository's code."""
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}


class Kernel:
    """An IPython kernel in a process of its own.

    Attributes:
        comm_messages: Messages of widgets received so far.
        comm_bytes: What they weighed on the wire, headers and buffers included.

    Example:
        >>> with Kernel() as kernel:  # doctest: +SKIP
        ...     kernel.run("x = 2", result="x + 1")
        3
    """

    def __init__(self) -> None:
        self.comm_messages = 0
        self.comm_bytes = 0

    def __enter__(self) -> Kernel:
        self._manager = KernelManager(
            transport="ipc" if os.name == "posix" else "tcp",
            kernel_spec_manager=ThisPythonKernelSpecManager(),
        )
        self._manager.start_kernel(env=environment(), cwd=str(REPOSITORY))
        client = self._manager.client()
        assert isinstance(client, BlockingKernelClient)
        self._client = client
        client.start_channels()
        client.wait_for_ready(timeout=60)
        self.run("import asyncio, json\nfrom tests.benchmarks import workloads")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    @property
    def pid(self) -> int:
        """The kernel's process."""
        return int(self._manager.provisioner.pid)  # type: ignore[union-attr]

    def run(self, code: str, *, result: str = "None", timeout: float = 600.0) -> Any:
        """Run a cell, read everything that it publishes, and return a value.

        Args:
            code: The cell; `await` is allowed at its top level.
            result: An expression whose value JSON can hold, evaluated afterwards.
            timeout: Seconds that it may take.

        Raises:
            CellFailedError: The cell or the expression raised.
            TimeoutError: It was not done in time.
        """
        asked = self._client.execute(
            code, store_history=False, user_expressions={"result": f"json.dumps({result})"}
        )
        self._read_until_idle(asked, time.monotonic() + timeout)
        while True:
            reply = self._client.get_shell_msg(timeout=30)
            if reply["parent_header"].get("msg_id") == asked:
                break
        content = reply["content"]
        found = content if content["status"] != "ok" else content["user_expressions"]["result"]
        if found["status"] != "ok":
            raise CellFailedError("\n".join(found["traceback"]))
        return json.loads(ast.literal_eval(found["data"]["text/plain"]))

    def _read_until_idle(self, asked: str, deadline: float) -> None:
        socket, session = self._client.iopub_channel.socket, self._client.session
        assert socket is not None
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not socket.poll(int(min(left, 5.0) * 1000)):
                if left > 0 and self._client.is_alive():
                    continue
                message = "the kernel died" if left > 0 else "the cell was not done in time"
                raise TimeoutError(message)
            frames = socket.recv_multipart()
            _, parts = session.feed_identities(frames)
            message = session.deserialize(parts)
            kind = message["msg_type"]
            if kind.startswith("comm"):
                self.comm_messages += 1
                self.comm_bytes += sum(len(frame) for frame in frames)
            elif (
                kind == "status"
                and message["content"]["execution_state"] == "idle"
                and message["parent_header"].get("msg_id") == asked
            ):
                return

    def drain(self) -> None:
        """Read what was published meanwhile."""
        self.run("await asyncio.sleep(0.3)")
