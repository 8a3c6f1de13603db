"""A concept widget as one HTML file."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from typing import Any

from dlwidgets._version import __version__
from dlwidgets.widgets._core.text import to_page
from dlwidgets.widgets.concepts._concept import Concept
from dlwidgets.widgets.training._page_parts import front_end

# Nothing is loaded, and no script runs but this one.
_PAGE = """<!doctype html>
<html lang="en"{language}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {hash}; \
style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="dlwidgets {version}">
<title>{title}</title>
<style>{style}
body {{ max-width: 940px; margin: 16px auto; padding: 0 14px; }}
html {{ background: var(--jp-layout-color0); }}
</style>
</head>
<body>
<div data-dlw-concept="{concept}" data-state="{state}" data-traits="{traits}"></div>
<noscript><p>This page needs JavaScript, which is off in this browser.</p></noscript>
<script>{script}</script>
</body>
</html>
"""

_MOST_KEPT = 6_000  # characters of a trait; the saved image is in the same output


def page(widget: Concept, *, language: str | None) -> str:
    """Return a widget as a page that needs nothing else.

    Args:
        widget: The widget.
        language: The language of its texts; `None` for the reader's.

    Raises:
        FileNotFoundError: dlwidgets was installed without its front end.
    """
    folder = front_end()
    script = (folder / "concepts.js").read_text("utf-8").strip()
    style = (folder / "concepts.css").read_text("utf-8")
    if "</script" in script or "</" in style:
        message = "Expected a front end that can be written into a page. Received: a closing tag"
        raise ValueError(message)
    return _PAGE.format(
        language=f' data-dlw-lang="{html.escape(language)}"' if language else "",
        hash=f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'",
        version=html.escape(__version__),
        title=html.escape(f"dl.concepts.{widget.concept}"),
        style=style,
        concept=html.escape(widget.concept),
        state=html.escape(widget.state),
        traits=html.escape(json.dumps(traits(widget), ensure_ascii=False)),
        script=script,
    )


def traits(widget: Concept) -> dict[str, Any]:
    """Return the traits that are the widget's own, as JSON.

    Args:
        widget: The widget.
    """
    common = set(Concept.class_trait_names(sync=True))
    own = {name for name in widget.trait_names(sync=True) if name not in common}
    names = own | {"explained", "hide", "lesson"}
    return {name: _plain(to_page(getattr(widget, name))) for name in sorted(names)}


def saved(widget: Concept) -> dict[str, Any]:
    """Return what a notebook keeps of a widget. A large array isn't kept.

    Args:
        widget: The widget.
    """
    kept = {"state": widget.state, **traits(widget)}
    small = {name: value for name, value in kept.items() if len(json.dumps(value)) <= _MOST_KEPT}
    return {"concept": widget.concept, "traits": small}


def _plain(value: Any) -> Any:
    """The same with bytes as base64."""
    if isinstance(value, bytes | bytearray | memoryview):
        return {"$bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
