"""JupyterLab in a browser, and the kernel behind it."""

from __future__ import annotations

import ast
import itertools
import json
import shutil
from typing import TYPE_CHECKING, Any

from jupyter_client.blocking.client import BlockingKernelClient
from playwright.sync_api import expect

from tests.browser.helpers import PATIENCE, Panel, Server, notebook
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SETUP = """
import time
import numpy as np
import keras
import dlwidgets as dl
from sklearn.datasets import load_digits

x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32")
runs = []

def small(name="small", rate=0.01):
    keras.utils.set_random_seed(1)
    layers = [keras.Input((64,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(10, "softmax")]
    model = keras.Sequential(layers, name=name)
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.SGD(rate), loss, metrics=["accuracy"])
    return model

def train(model, epochs=100_000, **arguments):
    run = dl.fit(model, x, y, epochs=epochs, batch_size=32, **arguments)
    runs.append(run)
    return run
"""

LEAVE = """
import ipywidgets
for one in runs:
    one.stop()
runs.clear()
# A page that is opened later on this kernel would load all of them first.
ipywidgets.Widget.close_all()
"""

_numbers = itertools.count(1)


class Kernel:
    """A kernel of the server, asked beside the page: what is really there."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.id: str = server.ask("api/kernels", {"name": "python3"})["id"]
        self.client = BlockingKernelClient()
        file = server.home / "runtime" / f"kernel-{self.id}.json"
        until(file.exists, "the kernel's connection")
        self.client.load_connection_file(str(file))
        self.client.start_channels(iopub=False, stdin=False, hb=False, control=False)

    def run(self, code: str, expression: str = "None") -> Any:
        """Run code, and return the value of an expression after it, by way of JSON."""
        question = {"answer": f"__import__('json').dumps({expression})"}
        request = self.client.execute(code, store_history=False, user_expressions=question)
        while True:
            reply = self.client.get_shell_msg(timeout=PATIENCE)
            if reply["parent_header"].get("msg_id") == request:
                break
        content = reply["content"]
        assert content["status"] == "ok", content
        answer = content["user_expressions"]["answer"]
        assert answer["status"] == "ok", answer
        return json.loads(ast.literal_eval(answer["data"]["text/plain"]))

    def value(self, expression: str) -> Any:
        return self.run("", expression)

    def close(self) -> None:
        self.client.stop_channels()

    def shut_down(self) -> None:
        self.close()
        self.server.ask(f"api/kernels/{self.id}", method="DELETE")


class Notebook:
    """A notebook that is open in JupyterLab, on a kernel that is already there.

    It has the given cells, or is a copy of another notebook's file.
    """

    def __init__(self, page: Page, kernel: Kernel, *cells: str, copy_of: str = "") -> None:
        self.page, self.kernel = page, kernel
        self.name = f"test-{next(_numbers)}.ipynb"
        server = kernel.server
        if copy_of:
            shutil.copy(server.folder / copy_of, server.folder / self.name)
        else:
            notebook(server.folder / self.name, *cells)
        session = {"path": self.name, "name": self.name, "type": "notebook"}
        server.ask("api/sessions", {**session, "kernel": {"id": kernel.id}})
        self.open()

    def open(self) -> None:
        """Open the notebook, or open it again."""
        stem = self.name.partition(".")[0]
        server = self.kernel.server
        self.page.goto(f"{server.url}lab/workspaces/{stem}/tree/{self.name}?token={server.token}")
        self.ready()

    def ready(self) -> None:
        """Wait until the page shows the notebook and is connected to its kernel."""
        expect(self.page.locator(".jp-Notebook .jp-Cell").first).to_be_visible()
        self.page.wait_for_function(
            """id => {
                const context = window.jupyterapp?.shell.currentWidget?.context?.sessionContext;
                const kernel = context?.session?.kernel;
                return context?.isReady && kernel?.id === id
                    && kernel.connectionStatus === "connected";
            }""",
            arg=self.kernel.id,
        )

    def command(self, name: str, *, wait: bool = True) -> None:
        """Run a command of JupyterLab, as its menus and keys do."""
        call = f"jupyterapp.commands.execute({json.dumps(name)})"
        self.page.evaluate(f"async () => {{ await {call}; }}" if wait else f"() => {{ {call}; }}")

    def run_all(self, *, wait: bool = True) -> None:
        self.command("notebook:run-all-cells", wait=wait)

    def cell(self, index: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(index)

    def panel(self, index: int) -> Panel:
        """The panel in the output of a cell."""
        panel = Panel(self.page, self.cell(index).locator(".dlw-training-panel"))
        expect(panel.bar).to_be_visible()
        return panel

    def prompt(self, index: int) -> str:
        text = self.cell(index).locator(".jp-InputPrompt").text_content() or ""
        return text.strip()
