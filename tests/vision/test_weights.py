"""Downloading weights, from a server on this machine; and what is said without a network."""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from dlwidgets.data import download
from dlwidgets.vision import networks
from dlwidgets.vision.networks import PRETRAINED, Network
from dlwidgets.vision.weights import download_weights

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = bytes(range(256)) * 8000


class Host:
    """A server that has one file, of which it can withhold the end."""

    def __init__(self) -> None:
        self.content, self.asked, self.whole = CONTENT, [], True
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_args: object) -> None:
                pass

            def do_HEAD(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(outer.content)))
                self.end_headers()

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                self.do_HEAD()
                end = len(outer.content) if outer.whole else len(outer.content) // 2
                self.wfile.write(outer.content[:end])

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Host]:
    host = Host()
    monkeypatch.setattr(networks, "WEIGHTS_URL", f"http://127.0.0.1:{host.http.server_port}/")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    yield host
    host.http.shutdown()
    host.http.server_close()


def network() -> Network:
    md5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    return dataclasses.replace(PRETRAINED[1], nbytes=len(CONTENT), md5=md5)


def left(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "models").iterdir()]


def test_the_file_comes_to_where_keras_looks_for_it(host: Host, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    assert download_weights(network(), lambda done, total: told.append((done, total)))
    assert (tmp_path / "models" / PRETRAINED[1].file).read_bytes() == CONTENT
    assert left(tmp_path) == [PRETRAINED[1].file]
    assert network().found
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert host.asked == [f"/vgg19/{PRETRAINED[1].file}"]
    assert download_weights(network()), "what is there is not fetched again"
    assert len(host.asked) == 1


@pytest.mark.usefixtures("host")
def test_a_download_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    calls: list[int] = []

    def stop() -> bool:
        calls.append(1)
        return len(calls) > 2

    assert not download_weights(network(), stop=stop)
    assert len(calls) == 3
    assert left(tmp_path) == []
    assert not network().found


@pytest.mark.parametrize("wrong", ["cut off", "another"])
def test_what_is_not_the_file_is_not_kept(host: Host, tmp_path: Path, wrong: str) -> None:
    if wrong == "cut off":
        host.whole = False
    else:
        host.content = CONTENT[::-1]
    with pytest.raises(FileNotFoundError) as raised:
        download_weights(network())
    for part in (str(tmp_path / "models" / PRETRAINED[1].file), "open http://127", "put the file"):
        assert part in str(raised.value)
    assert left(tmp_path) == []


def test_without_a_network_the_message_names_file_and_place(host: Host, tmp_path: Path) -> None:
    host.http.shutdown()
    host.http.server_close()
    with pytest.raises(FileNotFoundError) as raised:
        download_weights(network())
    message = str(raised.value)
    for part in ("VGG19", "can't be reached", str(tmp_path / "models"), PRETRAINED[1].file):
        assert part in message
    assert not (tmp_path / "models").exists()


def test_a_name_that_cannot_be_looked_up_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hang = threading.Event()

    def urlopen(*_args: object, **_kwargs: object) -> None:
        hang.wait(30)
        raise OSError

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(download, "PROBE_SECONDS", 0.2)
    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    with pytest.raises(FileNotFoundError, match="did not answer within"):
        download_weights(network())
    hang.set()


def test_a_file_that_is_cut_off_does_not_count(host: Host, tmp_path: Path) -> None:
    path = tmp_path / "models" / PRETRAINED[1].file
    path.parent.mkdir()
    path.write_bytes(CONTENT[:1000])
    assert not network().found
    with pytest.raises(FileNotFoundError, match=r"incomplete\. `keras.applications.VGG19"):
        network().load()
    assert download_weights(network())
    assert path.read_bytes() == CONTENT
    assert len(host.asked) == 1
    with pytest.raises(ValueError, match=r"doesn't contain the weights of VGG19\. Delete it"):
        network().load()


def test_address_and_checksum_are_those_of_keras_applications() -> None:
    import importlib

    for known in PRETRAINED:
        module = importlib.import_module(f"keras.src.applications.{known.name}")
        assert known.url == module.WEIGHTS_PATH_NO_TOP
        assert f'file_hash="{known.md5}"' in inspect.getsource(module)
