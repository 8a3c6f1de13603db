"""Downloads of data set files through Keras, with a progress report and checksums."""

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
from dlwidgets._messages import tr
from dlwidgets.data.errors import DataError
from dlwidgets.data.search import keras_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets.data.spec import RemoteFile

    Progress = Callable[[float | None, str], None]

# Without a network, the error should appear at once. With one, a server answers within this time.
PROBE_SECONDS = 4.0

# keras.utils.get_file waits forever on a connection that sends nothing.
STALL_SECONDS = 60.0

_POLL_SECONDS = 0.1


class DownloadFailedError(DataError):
    """A file could not be downloaded. The message is the reason, without a final period."""


class _Probe(threading.Thread):
    """Thread that requests the headers of a file, because a name lookup has no timeout."""

    def __init__(self, url: str) -> None:
        super().__init__(name="dlwidgets-probe", daemon=True)
        self.url = url
        self.problem: str = tr(
            "{host} did not answer within {seconds} s",
            host=urlsplit(url).hostname,
            seconds=round(PROBE_SECONDS),
        )

    def run(self) -> None:
        request = urllib.request.Request(self.url, method="HEAD")  # noqa: S310 - from the registry
        host = urlsplit(self.url).hostname
        try:
            with urllib.request.urlopen(request, timeout=PROBE_SECONDS):  # noqa: S310
                self.problem = ""
        except urllib.error.HTTPError as error:
            answer = f"{error.code} {error.reason}"
            self.problem = tr("{host} answered {answer}", host=host, answer=answer)
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            self.problem = tr("{host} can't be reached ({reason})", host=host, reason=reason)


def check_network(url: str) -> None:
    """Request the headers of a file, to check the network and the server.

    Raises:
        DownloadFailedError: The server does not answer within `PROBE_SECONDS`, or does not have
            the file.
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
        except FileNotFoundError:  # moved in the meantime
            continue
    return total


class _Transfer(threading.Thread):
    """Thread that downloads one file, so that a stalled connection can be detected."""

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
                file_hash=self.file.sha256 or self.file.md5 or None,
                hash_algorithm="sha256" if self.file.sha256 else "md5",
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
            message = tr(
                "{url} sent nothing for {seconds} s", url=file.url, seconds=round(STALL_SECONDS)
            )
            raise DownloadFailedError(message)
    if isinstance(transfer.error, ImportError):
        raise transfer.error
    if transfer.error is not None:
        message = tr("downloading {url} failed ({error})", url=file.url, error=transfer.error)
        raise DownloadFailedError(message) from transfer.error
    if transfer.path is None:
        message = tr("downloading {url} produced no file", url=file.url)
        raise DownloadFailedError(message)
    fetched = transfer.path
    if not (file.sha256 or file.md5) and fetched.stat().st_size != file.nbytes:
        message = tr(
            "{url} has {size}, expected {expected}",
            url=file.url,
            size=tr("{n} bytes", n=fetched.stat().st_size),
            expected=tr("{n} bytes", n=file.nbytes),
        )
        raise DownloadFailedError(message)
    return fetched


def _keep(fetched: Path, target: Path) -> None:
    """Move a checked file or folder to where Keras and `find` expect it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():  # incomplete, because `find` did not find it
        shutil.rmtree(target)
    fetched.replace(target)


def download(title: str, files: Sequence[RemoteFile], progress: Progress | None = None) -> None:
    """Download the files of a data set into the Keras cache.

    Each file is checked against its published checksum, or its size where none is published,
    before it is moved to its place, so an interrupted download leaves no file there.

    Args:
        title: The name of the data set in messages.
        files: The files to download.
        progress: Called on this thread with the fraction done, from 0 to 1, and a message.

    Raises:
        DownloadFailedError: No network, too little disk space, or a wrong checksum. The message
            is the reason.
        ImportError: TensorFlow is not installed. The message says what to install.
    """
    total = sum(file.nbytes for file in files)
    check_network(files[0].url)
    datasets = keras_folder().path
    try:
        datasets.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(datasets).free
        # While an archive is unpacked, the disk holds both the archive and its contents.
        needed = sum(file.nbytes * (3 if file.extract else 1) for file in files)
        if free < needed:
            message = tr(
                "{folder} has {free} of free space, but {needed} is needed",
                folder=datasets,
                free=format_bytes(free),
                needed=format_bytes(needed),
            )
            raise DownloadFailedError(message)
        with tempfile.TemporaryDirectory(prefix=".dlwidgets-", dir=datasets) as temporary:
            before = 0
            fetched: list[tuple[RemoteFile, Path]] = []
            for file in files:
                folder = Path(temporary, f"part{len(fetched)}")

                def report(done: int, before: int = before) -> None:
                    if progress is not None:
                        text = tr(
                            "Downloading {title}: {done} of {total}",
                            title=title,
                            done=format_bytes(before + done),
                            total=format_bytes(total),
                        )
                        progress((before + done) / total, text)

                fetched.append((file, _fetch(file, folder, report)))
                before += file.nbytes
            for file, path in fetched:
                _keep(path, datasets / file.folder / file.name)
    except OSError as error:
        if isinstance(error, ImportError | DataError):
            raise
        message = tr("writing to {folder} failed ({error})", folder=datasets, error=error)
        raise DownloadFailedError(message) from error
    if progress is not None:
        progress(1.0, tr("Downloaded {title}", title=title))
