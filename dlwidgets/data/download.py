"""Download the files of a data set through Keras: checked, with progress, whole or not at all."""

from __future__ import annotations

import http.client
import shutil
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dlwidgets import _tensorflow
from dlwidgets._formatting import format_bytes
from dlwidgets.data.errors import DataError
from dlwidgets.data.search import keras_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.data.registry import RemoteFile, Spec

    Progress = Callable[[float | None, str], None]

# Without a network the answer should come at once; with one, a server answers within this.
PROBE_SECONDS = 4.0

# keras.utils.get_file waits for ever on a connection that has gone silent.
STALL_SECONDS = 60.0

_POLL_SECONDS = 0.1


class DownloadFailedError(DataError):
    """A file could not be downloaded; the message ends a sentence with the reason."""


class _Probe(threading.Thread):
    """Asks for a file's headers, on a thread: looking up a name obeys no timeout."""

    def __init__(self, url: str) -> None:
        super().__init__(name="dlwidgets-probe", daemon=True)
        self.url = url
        self.problem = f"{urlsplit(url).hostname} did not answer within {PROBE_SECONDS:.0f} s"

    def run(self) -> None:
        request = urllib.request.Request(self.url, method="HEAD")  # noqa: S310 - from the registry
        host = urlsplit(self.url).hostname
        try:
            with urllib.request.urlopen(request, timeout=PROBE_SECONDS):  # noqa: S310
                self.problem = ""
        except urllib.error.HTTPError as error:
            self.problem = f"{host} answered {error.code} {error.reason}"
        except (OSError, http.client.HTTPException) as error:
            self.problem = f"{host} cannot be reached ({getattr(error, 'reason', error)})"


def check_network(url: str) -> None:
    """Ask a server for a file's headers.

    Raises:
        DownloadFailedError: It does not answer within `PROBE_SECONDS`, or has no such file.
    """
    probe = _Probe(url)
    probe.start()
    probe.join(PROBE_SECONDS)
    if probe.problem:
        raise DownloadFailedError(probe.problem)


def _size_of(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # moved while being looked at
            continue
    return total


class _Transfer(threading.Thread):
    """Fetches one file on a thread of its own, so that silence on the line can be noticed."""

    def __init__(self, file: RemoteFile, folder: Path) -> None:
        super().__init__(name=f"dlwidgets-download-{file.name}", daemon=True)
        self.file = file
        self.folder = folder
        self.path: Path | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            keras = _tensorflow.load_keras()
            # Holds for this thread only: other threads than the main one print nothing.
            keras.config.disable_interactive_logging()
            fetched = keras.utils.get_file(
                fname=self.file.name,
                origin=self.file.url,
                file_hash=self.file.sha256,
                hash_algorithm="sha256",
                extract=self.file.extract,
                cache_dir=str(self.folder.parent),
                cache_subdir=self.folder.name,
            )
            self.path = Path(fetched)
        except Exception as error:  # noqa: BLE001 - get_file raises bare Exception
            self.error = error


def _fetch(file: RemoteFile, folder: Path, report: Callable[[int], None]) -> Path:
    transfer = _Transfer(file, folder)
    transfer.start()
    done, last_change = -1, time.monotonic()
    while transfer.is_alive():
        transfer.join(_POLL_SECONDS)
        now_done = _size_of(folder)
        if now_done != done:
            done, last_change = now_done, time.monotonic()
            report(min(done, file.nbytes))
        elif time.monotonic() - last_change > STALL_SECONDS:
            message = f"{file.url} sent nothing for {STALL_SECONDS:.0f} s"
            raise DownloadFailedError(message)
    if isinstance(transfer.error, ImportError):
        raise transfer.error
    if transfer.error is not None:
        message = f"downloading {file.url} failed ({transfer.error})"
        raise DownloadFailedError(message) from transfer.error
    if transfer.path is None:
        message = f"downloading {file.url} left no file"
        raise DownloadFailedError(message)
    return transfer.path


def _keep(fetched: Path, target: Path) -> None:
    """Move a checked file or folder to where Keras and the search look for it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():  # incomplete, or the search would have found it
        shutil.rmtree(target)
    fetched.replace(target)


def download(spec: Spec, progress: Progress | None = None) -> None:
    """Download the files of a data set into the Keras cache.

    Every file is checked against its sha256 before it is moved to its place, so that an
    interrupted download leaves nothing there.

    Args:
        spec: The data set.
        progress: Called on this thread with the fraction done, in [0, 1], and a sentence.

    Raises:
        DownloadFailedError: No network, no space, a wrong checksum; the message is the reason.
        ImportError: TensorFlow is not installed; the message says what to install.
    """
    total = sum(file.nbytes for file in spec.remote)
    check_network(spec.remote[0].url)
    datasets = keras_folder().path
    try:
        datasets.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(datasets).free
        # An archive lies there twice, packed and unpacked, while it is being unpacked.
        needed = sum(file.nbytes * (3 if file.extract else 1) for file in spec.remote)
        if free < needed:
            message = f"{datasets} has {format_bytes(free)} free, {format_bytes(needed)} is needed"
            raise DownloadFailedError(message)
        with tempfile.TemporaryDirectory(prefix=".dlwidgets-", dir=datasets) as temporary:
            before = 0
            fetched: list[tuple[RemoteFile, Path]] = []
            for file in spec.remote:
                folder = Path(temporary, f"part{len(fetched)}")

                def report(done: int, before: int = before) -> None:
                    if progress is not None:
                        so_far = f"{format_bytes(before + done)} of {format_bytes(total)}"
                        progress((before + done) / total, f"Downloading {spec.title}: {so_far}")

                fetched.append((file, _fetch(file, folder, report)))
                before += file.nbytes
            for file, path in fetched:
                _keep(path, datasets / file.folder / file.name)
    except OSError as error:
        if isinstance(error, ImportError | DataError):
            raise
        message = f"writing to {datasets} failed ({error})"
        raise DownloadFailedError(message) from error
    if progress is not None:
        progress(1.0, f"Downloaded {spec.title}")
