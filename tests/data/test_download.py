"""Downloading, from a server on this machine; and what is said where there is no network."""

from __future__ import annotations

import dataclasses
import hashlib
import tarfile
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dlwidgets import data
from dlwidgets.data import download, registry
from dlwidgets.data._specs_of_others import WORD_INDICES
from dlwidgets.data.spec import RemoteFile
from tests.helpers.data_files import split, write_cifar_batches, write_npz

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator
    from pathlib import Path


class Server:
    """Serves a folder; can break off, or fall silent, half-way through a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mode = "whole"
        self.release = threading.Event()
        outer = self

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, *_args: object) -> None:
                pass

            def copyfile(self, source: io.BufferedReader, outputfile: io.BufferedWriter) -> None:
                content = source.read()
                if outer.mode == "whole":
                    outputfile.write(content)
                    return
                outputfile.write(content[: len(content) // 2])
                outputfile.flush()
                if outer.mode == "silent":
                    outer.release.wait(60)

        def handler(*args: object) -> Handler:
            return Handler(*args, directory=str(folder))  # type: ignore[arg-type]

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)  # type: ignore[arg-type]
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "served"
    folder.mkdir()
    server = Server(folder)
    yield server
    server.release.set()
    server.http.shutdown()
    server.http.server_close()


def offer(monkeypatch: pytest.MonkeyPatch, server: Server, name: str, path: Path) -> None:
    """Let a data set's only download be `path`, under its true checksum."""
    spec = registry.SPECS[name]
    remote = dataclasses.replace(
        spec.remote[0],
        url=f"{server.url}/{path.name}",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        nbytes=path.stat().st_size,
    )
    monkeypatch.setitem(registry.SPECS, name, dataclasses.replace(spec, remote=(remote,)))


@pytest.fixture
def mnist(monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    path = write_npz(server.folder / "mnist.npz", **split((28, 28)))
    offer(monkeypatch, server, "mnist", path)
    return path


def left_over(keras_cache: Path) -> list[str]:
    return [path.name for path in keras_cache.iterdir()]


@pytest.mark.usefixtures("mnist")
def test_download_goes_to_the_keras_cache_with_progress(
    keras_cache: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[tuple[float | None, str]] = []
    found = data.load("mnist", progress=lambda fraction, text: told.append((fraction, text)))
    assert found.origin == "download"
    assert found.source == keras_cache / "mnist.npz"
    np.testing.assert_array_equal(found.x_train, split((28, 28))["x_train"])
    assert left_over(keras_cache) == ["mnist.npz"]
    fractions = [fraction for fraction, _ in told if fraction is not None]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert any("Downloading MNIST: " in text and " of " in text for _, text in told)
    assert data.load("mnist", download_missing=False).origin == "Keras cache"
    assert "Downloading" not in capfd.readouterr().out


@pytest.mark.usefixtures("mnist")
def test_wrong_checksum_keeps_nothing(server: Server, keras_cache: Path) -> None:
    arrays = {**split((28, 28)), "x_test": np.zeros((10, 28, 28), np.uint8)}
    write_npz(server.folder / "mnist.npz", **arrays)
    with pytest.raises(data.DataNotFoundError, match="hash does not match"):
        data.load("mnist")
    assert left_over(keras_cache) == []


@pytest.mark.usefixtures("mnist")
def test_connection_that_breaks_off_keeps_nothing(server: Server, keras_cache: Path) -> None:
    server.mode = "half"
    with pytest.raises(data.DataNotFoundError, match=r"downloading http.*mnist.npz failed"):
        data.load("mnist")
    assert left_over(keras_cache) == []


@pytest.mark.usefixtures("mnist")
def test_silent_connection_is_given_up(
    server: Server, keras_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "STALL_SECONDS", 0.5)
    server.mode = "silent"
    with pytest.raises(data.DataNotFoundError, match="sent nothing for"):
        data.load("mnist")
    assert not (keras_cache / "mnist.npz").exists()


def test_missing_on_the_server(mnist: Path) -> None:
    mnist.unlink()
    with pytest.raises(data.DataNotFoundError, match=r"127\.0\.0\.1 answered 404"):
        data.load("mnist")


@pytest.mark.usefixtures("mnist")
def test_full_disk_is_noticed_before_downloading(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 10})()
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    with pytest.raises(data.DataNotFoundError, match=r"10\u00a0B of free space, .* is needed"):
        data.load("mnist")


def test_cifar10_archive_is_unpacked(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, keras_cache: Path
) -> None:
    batches = write_cifar_batches(tmp_path / "cifar-10-batches-py")
    archive = server.folder / "cifar-10-python.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(batches, batches.name)
    offer(monkeypatch, server, "cifar10", archive)
    assert data.load("cifar10").x_train.shape == (20, 32, 32, 3)
    assert left_over(keras_cache) == ["cifar-10-batches-py-target"]
    assert data.available()["cifar10"].where == "keras"


def test_without_a_network_it_fails_at_once_and_says_where_to_put_the_file(
    own: Path, keras_cache: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_npz(server.folder / "mnist.npz", **split((28, 28)))
    offer(monkeypatch, server, "mnist", path)
    server.http.shutdown()
    server.http.server_close()
    began = time.monotonic()
    with pytest.raises(data.DataNotFoundError) as raised:
        data.load("mnist")
    assert time.monotonic() - began < download.PROBE_SECONDS + 1
    message = str(raised.value)
    for part in ("mnist.npz", str(own), str(keras_cache), "DLWIDGETS_DATA", "can't be reached"):
        assert part in message


def test_name_lookup_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    hang = threading.Event()

    def urlopen(*_args: object, **_kwargs: object) -> None:
        hang.wait(30)
        raise OSError

    monkeypatch.setattr(download, "PROBE_SECONDS", 0.2)
    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    with pytest.raises(data.DataNotFoundError, match="did not answer within"):
        data.load("mnist")
    hang.set()


def test_download_can_be_declined(own: Path) -> None:
    with pytest.raises(data.DataNotFoundError, match=r"downloading is disabled") as raised:
        data.load("cifar10", download_missing=False)
    assert str(own) in str(raised.value)
    assert "cifar10.npz" in str(raised.value)


def test_without_own_folder_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DLWIDGETS_DATA")
    with pytest.raises(data.DataNotFoundError, match=r"\$DLWIDGETS_DATA is not set"):
        data.load("mnist", download_missing=False)


def test_every_download_is_checked_and_comes_over_https() -> None:
    for spec in registry.SPECS.values():
        assert bool(spec.remote) == (spec.make is None and not spec.obtain)
        for file in (*spec.remote, *WORD_INDICES.values()):
            assert file.url.startswith("https://")
            assert file.nbytes > 0
            assert len(bytes.fromhex(file.sha256)) in (0, 32)
            assert len(bytes.fromhex(file.md5)) in (0, 16)
            # Its publisher names none, but a zip file has a checksum of its own.
            assert file.sha256 or file.md5 or file.name == "jena_climate_2009_2016.csv.zip"


def test_download_without_a_checksum_must_have_its_size(
    monkeypatch: pytest.MonkeyPatch, server: Server, keras_cache: Path
) -> None:
    path = server.folder / "words.json"
    path.write_text('{"the": 1}')
    file = RemoteFile(name="words.json", url=f"{server.url}/words.json", nbytes=10)
    monkeypatch.setitem(WORD_INDICES, "imdb", file)
    assert data.word_index("imdb") == {"the": 1}
    (keras_cache / "words.json").unlink()
    monkeypatch.setitem(WORD_INDICES, "imdb", dataclasses.replace(file, nbytes=11))
    with pytest.raises(data.DataNotFoundError, match=r"10 bytes, expected 11 bytes"):
        data.word_index("imdb")
    assert left_over(keras_cache) == []
