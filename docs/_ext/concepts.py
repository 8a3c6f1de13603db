"""Live concept widgets on the site: the directive ``{concept} convolution``.

Its content is the state. The widgets run without a kernel; their script and style sheet are those
that ``save_html`` writes into its files.
"""

from __future__ import annotations

import html
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx

FILES = ("concepts.js", "concepts.css")


class Concept(SphinxDirective):
    """A concept widget, with its state as the content."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "hide": directives.unchanged,
        "lesson": directives.unchanged,
    }

    def run(self) -> list[Node]:
        """Return the element that the script fills."""
        attributes = {
            "concept": self.arguments[0],
            "state": "".join(self.content).strip(),
            "hide": f"about {self.options.get('hide', '')}".strip(),
            "lesson": self.options.get("lesson", ""),
        }
        names = {"concept": "data-dlw-concept"}
        text = " ".join(
            f'{names.get(name, f"data-{name}")}="{html.escape(value)}"'
            for name, value in attributes.items()
        )
        return [nodes.raw("", f'<div class="dlw-live-concept" {text}></div>', format="html")]


def _add_files(app: Sphinx, *_page: Any) -> None:
    """Let only the pages with widgets load the script."""
    doctree = _page[-1]
    if doctree is not None and "data-dlw-concept" in "".join(
        node.astext() for node in doctree.findall(nodes.raw)
    ):
        app.add_js_file("concepts.js", loading_method="defer")
        app.add_css_file("concepts.css")


def _finished(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        from dlwidgets.widgets.training._page_parts import front_end

        static = Path(app.outdir) / "_static"
        static.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy(front_end() / name, static / name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("concept", Concept)
    app.connect("html-page-context", _add_files)
    app.connect("build-finished", _finished)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
