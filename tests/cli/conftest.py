"""One server with several small notebooks for all tests that only look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.servers import Served, notebook, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

BUTTON = """
import ipywidgets, sys
button, label = ipywidgets.Button(description="Press me"), ipywidgets.Label("pressed 0")
button.on_click(lambda _: setattr(label, "value", "pressed 1"))
secret_name_of_a_variable = 1
ipywidgets.VBox([button, label])
"""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served") / "notebooks"
    notebook(folder / "zebra.ipynb", "# Zebra\n\nLast *of* all.", "1 + 1")
    notebook(
        folder / "button.ipynb",
        "# Another heading",
        BUTTON,
        "print(sys.executable)",
        dlwidgets={"title": "Train & <b>watch</b>", "description": 'Say "hi" <img>', "order": 1},
        kernelspec={"name": "another-kernel", "display_name": "?", "language": "python"},
    )
    notebook(
        folder / "slow.ipynb",
        "# Slow <script>document.title = 'hacked'</script>",
        "import time; time.sleep(1.5)",
        "#### Between",
        "time.sleep(1.5); print('at the end')",
    )
    notebook(folder / "deep" / "er" / "nested.ipynb", "# Nested", "print('nested')")
    notebook(folder / "dies.ipynb", "# Dies", "import os, time; time.sleep(3); os._exit(1)")
    notebook(folder / ".hidden" / "no.ipynb", "# Hidden")
    (folder / "broken.ipynb").write_text("{not json")
    with serving(folder, "--no-preheat") as server:
        yield server
