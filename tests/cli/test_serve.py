"""`dlwidgets serve` over HTTP: the gallery, the pages, who gets in, and when kernels end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import websocket

from dlwidgets.cli.network import claim_port
from dlwidgets.cli.serve import warm_count
from tests.helpers.servers import Served, environment, notebook, serving
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path


def test_gallery_lists_the_notebooks_in_order_and_as_text(served: Served) -> None:
    status, html = served.get()
    assert status == 200
    titles = ["Train &amp; &lt;b&gt;watch", "Dies", "Nested", "Slow &lt;script&gt;", "Zebra"]
    places = [html.index(title) for title in titles]
    assert places == sorted(places)
    assert "Say &#34;hi&#34; &lt;img&gt;" in html
    assert "Last of all." in html
    assert "training ends 5 min after the page is closed." in html
    assert "This file is damaged" in html
    assert "Hidden" not in html
    assert 'href="/voila/render/deep/er/nested.ipynb"' in html
    assert "<b>watch" not in html


def test_page_runs_on_this_python_without_its_source(served: Served) -> None:
    html, kernel = served.page("button.ipynb")
    assert sys.executable in html
    assert "secret_name_of_a_variable" not in html
    assert "<title>Train &amp; &lt;b&gt;watch&lt;/b&gt;</title>" in html
    assert "application/vnd.jupyter.widget-view+json" in html
    assert served.alive(kernel)


def test_pages_ask_no_other_server(served: Served) -> None:
    for text in (served.get()[1], served.page("zebra.ipynb")[0]):
        assert "cdn" not in text.lower()
        assert "//" not in text.replace("http://www.w3.org", "").partition("<style")[0]


def test_page_in_a_subfolder(served: Served) -> None:
    assert "nested" in served.page("deep/er/nested.ipynb")[0]


def test_a_visitor_chooses_no_template_and_no_theme(served: Served) -> None:
    status, html = served.get("voila/render/zebra.ipynb?template=classic&theme=nonsense")
    assert status == 200
    assert "dlwStart(" in html
    assert "nonsense" not in html


@pytest.mark.parametrize("path", ["voila/render/missing.ipynb", "voila/render/../../x.ipynb"])
def test_missing_notebook_is_a_page_in_words(served: Served, path: str) -> None:
    status, html = served.get(path)
    assert status == 404
    assert "Page not found" in html
    assert 'href="/"' in html


@pytest.mark.parametrize(
    "path", ["voila/api/contents/", "voila/files/button.ipynb", "api/kernelspecs", "api/contents"]
)
def test_files_and_lists_are_not_served(served: Served, path: str) -> None:
    assert served.get(path)[0] in (403, 404)


def test_headers_guard_the_pages(served: Served) -> None:
    with urllib.request.urlopen(served.url) as answer:
        headers = dict(answer.headers)
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_foreign_name_and_foreign_origin_are_refused(served: Served) -> None:
    assert served.get(Host="evil.example")[0] == 403
    kernel = served.page("zebra.ipynb")[1]
    address = f"{served.url.replace('http', 'ws')}api/kernels/{kernel}/channels"
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(address, origin="http://evil.example", timeout=10)


def test_token_protects_everything(tmp_path: Path) -> None:
    folder = notebook(tmp_path / "nb" / "a.ipynb", "# A", "print(1)").parent
    with serving(folder, "--token", "op en&1", "--no-preheat") as server:
        assert server.address.endswith("?token=op%20en%261")
        status, html = server.get()
        assert status == 200
        assert "requires an access token" in html
        assert "requires an access token" in server.get("voila/render/a.ipynb")[1]
        assert server.get("api/kernels/00000000-0000-0000-0000-000000000000")[0] == 403
        assert "requires an access token" in server.get("?token=wrong")[1]
        assert "1 notebook" not in html
        assert 'href="/voila/render/a.ipynb"' in server.get("?token=op%20en%261")[1]


def test_another_kernel_under_the_usual_name_is_not_used(tmp_path: Path) -> None:
    spec = tmp_path / "data" / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        json.dumps({"argv": ["/bin/false"], "display_name": "Other", "language": "python"})
    )
    folder = notebook(tmp_path / "nb" / "a.ipynb", "import sys; print(sys.executable)").parent
    env = environment(
        JUPYTER_DATA_DIR=str(tmp_path / "data"), JUPYTER_PREFER_ENV_PATH="0", PATH="/usr/bin:/bin"
    )
    with serving(folder, "--no-preheat", env=env) as server:
        assert sys.executable in server.page("a.ipynb")[0]


def test_one_notebook_is_served_at_the_root(tmp_path: Path) -> None:
    path = notebook(tmp_path / "one.ipynb", "# Only one", "print('here ' 'it is')")
    with serving(path, "--theme", "dark", "--base-url", "/some/where") as server:
        assert server.url.endswith("/some/where/")
        status, html = server.get()
        assert status == 200
        assert "here it is" in html
        assert "<title>Only one</title>" in html
        assert "All dashboards" not in html
        assert 'data-jp-theme-light="false"' in html


def test_kernels_are_kept_ready_for_the_first_notebooks_only(tmp_path: Path) -> None:
    folder = tmp_path / "nb"
    for i in range(5):
        notebook(folder / f"n{i}.ipynb", f"# Number {i}", f"print('out' 'put {i}')")
    kept = warm_count(psutil.virtual_memory().available)
    with serving(folder) as server:
        assert 0 <= kept <= 3
        if not kept:
            pytest.skip("needs 2 GB of free memory for a kernel that is kept ready")
        server_process = psutil.Process(server.process.pid)
        until(lambda: len(server_process.children()) >= kept, what="kernels kept ready")
        assert "output 0" in server.page("n0.ipynb")[0]
        assert "output 4" in server.page("n4.ipynb")[0]


TRAINS = """
import threading, time, ipywidgets
label = ipywidgets.Label()
def train(label=label, time=time):  # a kernel that ends empties the notebook's own names
    while True:
        try:
            label.value = str(time.time())
        except Exception:  # a kernel that ends closes its sockets under this thread
            return
        time.sleep(0.05)
threading.Thread(target=train, daemon=True).start()
label
"""


def test_kernel_ends_after_its_page_has_gone_even_while_it_trains(tmp_path: Path) -> None:
    folder = notebook(tmp_path / "nb" / "trains.ipynb", TRAINS).parent
    with serving(folder, "--no-preheat", "--cull-timeout", "5") as server:

        def opened() -> tuple[str, websocket.WebSocket]:
            kernel = server.page("trains.ipynb")[1]
            address = f"{server.url.replace('http', 'ws')}api/kernels/{kernel}/channels"
            return kernel, websocket.create_connection(address, timeout=30)

        (stays, page), (closed, closed_page) = opened(), opened()
        never_connected = server.page("trains.ipynb")[1]
        closed_page.close()
        until(lambda: not server.alive(closed), "end of the kernel whose page closed")
        until(lambda: not server.alive(never_connected), "end of the kernel without a page")
        assert server.alive(stays)
        assert len(psutil.Process(server.process.pid).children()) == 1
        page.close()
        until(lambda: not server.alive(stays), "end of the last kernel")


def test_kernel_ends_when_a_visitor_leaves_before_the_page_is_ready(tmp_path: Path) -> None:
    folder = notebook(tmp_path / "nb" / "long.ipynb", "import time; time.sleep(600)").parent
    with serving(folder, "--no-preheat") as server:
        process = psutil.Process(server.process.pid)
        answer = urllib.request.urlopen(server.url + "voila/render/long.ipynb", timeout=30)
        assert b"<!DOCTYPE html>" in answer.readline()
        until(process.children, what="a kernel")
        answer.close()
        until(lambda: not process.children(), what="end of the kernel")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopping_the_server_ends_its_kernels(tmp_path: Path, how: signal.Signals) -> None:
    folder = notebook(tmp_path / "nb" / "trains.ipynb", TRAINS).parent
    with serving(folder, "--no-preheat") as server:
        server.page("trains.ipynb")
        kernels = psutil.Process(server.process.pid).children()
        assert kernels
        server.process.send_signal(how)
        assert server.process.wait(60) in (0, 130)
        psutil.wait_procs(kernels, timeout=60)
        assert not [kernel for kernel in kernels if kernel.is_running()]
        assert "Traceback" not in server.log.read_text()


def test_lab_runs_on_the_folder_with_this_python(tmp_path: Path) -> None:
    folder = notebook(tmp_path / "nb" / "a.ipynb", "# A").parent
    port = str(claim_port("127.0.0.1", 0))
    url = f"http://127.0.0.1:{port}/api/"
    command = [sys.executable, "-m", "dlwidgets.cli", "lab", str(folder), "--port", port]
    with (tmp_path / "lab.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--no-browser", "--token", "word"],
            env=environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def ask(what: str) -> Any:
        assert process.poll() is None, (tmp_path / "lab.log").read_text()
        try:
            with urllib.request.urlopen(f"{url}{what}?token=word", timeout=30) as answer:
                return json.load(answer)
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionRefusedError):
                return None
            raise

    try:
        listing = until(lambda: ask("contents"), "JupyterLab")
        assert [item["name"] for item in listing["content"]] == ["a.ipynb"]
        spec = ask("kernelspecs")["kernelspecs"]["python3"]["spec"]
        assert spec["argv"][0] == sys.executable
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{url}contents", timeout=30)
    finally:
        process.terminate()
        process.wait(30)
