"""The file around a recording: the front end's own parts, compressed, in one HTML page."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import math
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_path

from dlwidgets._messages import tr
from dlwidgets.widgets._core.text import to_page

if TYPE_CHECKING:
    from collections.abc import Iterable

_FOLDER = "standalone"
_CHECKOUT = Path(__file__).resolve().parents[3] / "labextension" / "build"
_LEVEL = 9

# Nothing is loaded, no script runs but those whose text is known, and no form is sent.
_POLICY = (
    "default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)
_PAGE = """<!doctype html>
<html lang="en"{language}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="dlwidgets {version}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<p id="dlw-notice" hidden>{notice}</p>
<noscript><p>{scripts}</p></noscript>
{parts}
<script>{boot}</script>
</body>
</html>
"""


class Bytes:
    """Collects what isn't JSON, so that a document can hold it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, data: bytes | memoryview) -> dict[str, list[int]]:
        """Keep bytes, and return what stands for them in the document.

        Args:
            data: The bytes.
        """
        at = self._size
        self._parts.append(bytes(data))
        self._size += len(self._parts[-1])
        return {"$at": [at, self._size - at]}

    def document(self, content: dict[str, Any]) -> bytes:
        """Return a document with its bytes: the length of its JSON, the JSON, the bytes.

        Args:
            content: What `add` returned stands for bytes; a `Message` is translated by the page.
        """
        text = json.dumps(_sound(to_page(content)), ensure_ascii=False, allow_nan=False).encode()
        return b"".join([struct.pack("<I", len(text)), text, *self._parts])


def _sound(value: Any) -> Any:
    """The same without NaN and infinity, which JSON doesn't have."""
    if isinstance(value, dict):
        return {key: _sound(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_sound(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def front_end() -> Path:
    """Return the folder with the front end's parts for pages without Jupyter.

    Raises:
        FileNotFoundError: dlwidgets was installed without them.
    """
    installed = [Path(folder) / "dlwidgets" for folder in jupyter_path("labextensions")]
    for folder in (*installed, _CHECKOUT):
        found = folder / _FOLDER
        if (found / "boot.js").is_file():
            return found
    raise FileNotFoundError(
        tr(
            "Expected the front end of dlwidgets in {folder}. Received: a folder without it. "
            "Install dlwidgets again with pip, or build the front end: cd labextension && npm run "
            "build",
            folder=str(installed[0] / _FOLDER),
        )
    )


def page(document: bytes, *, title: str, language: str | None, version: str) -> str:
    """Return a page of one file.

    Args:
        document: What it shows, from `Bytes.document`.
        title: What the browser calls it.
        language: The language that it is shown in at first; `None` for the reader's.
        version: The version of dlwidgets.

    Raises:
        FileNotFoundError: As for `front_end`.
    """
    folder = front_end()
    boot = (folder / "boot.js").read_text("utf-8").strip()
    packed = {name: (folder / f"{name}.js.gz").read_bytes() for name in ("app", "plotly")}
    scripts = [boot.encode(), *map(gzip.decompress, packed.values())]
    for path in sorted(folder.glob("locale-*.json.gz")):
        packed[path.name.removesuffix(".json.gz")] = path.read_bytes()
    packed["recording"] = gzip.compress(document, _LEVEL, mtime=0)
    style = (folder / "app.css").read_text("utf-8")
    if "</" in boot or "</" in style:
        message = "Expected a front end that can be written into a page. Received: a closing tag"
        raise ValueError(message)
    return _PAGE.format(
        language=f' data-dlw-lang="{html.escape(language)}"' if language else "",
        policy=_POLICY.format(hashes=" ".join(map(_hash, scripts))),
        version=html.escape(version),
        title=html.escape(title),
        style=style,
        notice="This page can't be shown in this browser. Open it in a newer one.",
        scripts="This page needs JavaScript, which is off in this browser.",
        parts="\n".join(_parts(packed.items())),
        boot=boot,
    )


def _parts(packed: Iterable[tuple[str, bytes]]) -> Iterable[str]:
    for name, data in packed:
        # Base64 has no character that could end the element.
        text = base64.b64encode(data).decode()
        yield f'<script type="application/octet-stream" data-part="{name}">{text}</script>'


def _hash(script: bytes) -> str:
    """The hash by which a page's policy knows a script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
