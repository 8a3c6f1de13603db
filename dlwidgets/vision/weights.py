"""Downloading the weights of pretrained networks, with a checksum."""

from __future__ import annotations

import hashlib
import http.client
import tempfile
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from dlwidgets._formatting import format_bytes
from dlwidgets._messages import tr
from dlwidgets.data.download import STALL_SECONDS, DownloadFailedError, check_network

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.vision.networks import KerasNetwork

_CHUNK = 1 << 18  # bytes between two looks at `stop`


def download_weights(
    network: KerasNetwork,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> bool:
    """Download the file that `keras.applications` downloads, to where it looks for it.

    The file is written beside its place and moved there once its checksum is right, so that a
    download that ends early leaves nothing behind.

    Args:
        network: One of `networks.PRETRAINED`.
        progress: Called on this thread with the bytes done and the bytes in all.
        stop: Asked several times a second; True ends the download.

    Returns:
        True once the weights are there, at once where they have been; False when stopped.

    Raises:
        FileNotFoundError: They can't be had; the message says why, which file was looked for, and
            where to put it.

    Example:
        >>> download_weights(PRETRAINED[1])  # doctest: +SKIP
        True
    """
    if network.found:
        return True
    try:
        check_network(network.url)
        return _fetch(network, progress or (lambda _done, _total: None), stop or (lambda: False))
    except (DownloadFailedError, OSError, http.client.HTTPException) as error:
        looked = network.problem or tr("Looked for {path}.", path=network.path)
        message = tr(
            "{network} couldn't be downloaded: {error}. {looked} To get it on another machine, "
            "open {url} and put the file there.",
            network=network.title,
            error=error,
            looked=looked,
            url=network.url,
        )
        raise FileNotFoundError(message) from error


def _fetch(
    network: KerasNetwork, progress: Callable[[int, int], None], stop: Callable[[], bool]
) -> bool:
    folder = network.path.parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".dlwidgets-", dir=folder) as temporary:
        part = Path(temporary, network.file)
        # Not for safety, but as `keras.applications` checks it.
        digest, done = hashlib.md5(usedforsecurity=False), 0
        with (
            urllib.request.urlopen(network.url, timeout=STALL_SECONDS) as response,  # noqa: S310
            part.open("wb") as out,
        ):
            while chunk := response.read1(_CHUNK):
                if stop():
                    return False
                out.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                progress(done, network.nbytes)
        if digest.hexdigest() != network.md5:
            message = tr(
                "Received {done} of {total}, but their checksum doesn't match.",
                done=format_bytes(done),
                total=format_bytes(network.nbytes),
            )
            raise DownloadFailedError(message)
        part.replace(network.path)
    return True
