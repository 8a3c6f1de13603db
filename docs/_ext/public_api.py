"""Directives that list what the package exports, so that the pages can't fall behind it.

``{public-api}`` documents the objects that its lines name, or with the option ``rest`` all exports
of the module that no page names. ``{widget-cards}`` shows widgets as cards with pictures, each a
link to its page.
"""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective
from tutorials import kebab

if TYPE_CHECKING:
    from docutils.nodes import Element, Node, TextElement
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

PAGES = Path(__file__).parents[1] / "api"
_NAMED = re.compile(r"^```\{public-api\} (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def exports(module: Any) -> list[str]:
    """Return the public names of a module."""
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return list(listed)
    own = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    return [n for n, value in own.items() if getattr(value, "__module__", "") == module.__name__]


def named() -> set[tuple[str, str]]:
    """Return module and name of the exports that some page lists by name."""
    found: set[tuple[str, str]] = set()
    for page in PAGES.glob("*.md"):
        for path, body in _NAMED.findall(page.read_text()):
            if ":rest:" not in body:
                found.update((path, name) for name in body.split())
    return found


def elsewhere(module: Any, name: str) -> bool:
    """Whether an export is listed by name, or belongs to another module."""
    value = getattr(module, name)
    if inspect.ismodule(value):
        return True
    listed = (getattr(importlib.import_module(path), one, None) for path, one in named())
    if any(value is one for one in listed):
        return True
    owner = getattr(value, "__module__", None)  # the alias of a type belongs to `typing`
    return (
        owner is not None
        and owner.startswith("dlwidgets.")
        and not owner.startswith(module.__name__)
    )


def entry(module: Any, name: str) -> list[str]:
    """Write the directive for one export."""
    value = getattr(module, name)
    if isinstance(value, dict):
        choices = ", ".join(f"``{key!r}``" for key in value)
        return [f".. py:data:: {module.__name__}.{name}", "", f"   The keys are {choices}.", ""]
    if not inspect.isclass(value) and not inspect.isfunction(value):
        shown = str(value).replace("typing.", "")
        return [f".. py:type:: {module.__name__}.{name}", "", f"   ``{shown}``", ""]
    if inspect.isfunction(value):
        return [f".. autofunction:: {module.__name__}.{name}", ""]
    kind = "exception" if issubclass(value, BaseException) else "class"
    return [f".. auto{kind}:: {module.__name__}.{name}", "   :members:", ""]


class Written(SphinxDirective):
    """A directive of Markdown pages that writes reStructuredText."""

    def parsed(self, lines: list[str]) -> list[Node]:
        """Turn reStructuredText into nodes."""
        node = nodes.container()
        fenced = ["````{eval-rst}", *lines, "````"]
        self.state.nested_parse(StringList(fenced, self.env.docname), 0, node)
        return node.children


class PublicApi(Written):
    """Document the exports of a module that the content names, or the rest of them."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"rest": directives.flag}

    def run(self) -> list[Node]:
        """Document functions before classes, each in the order given."""
        module = importlib.import_module(self.arguments[0])
        public = exports(module)
        names = " ".join(self.content).split()
        if "rest" in self.options:
            names = sorted(name for name in public if not elsewhere(module, name))
            names.sort(key=lambda name: inspect.isclass(getattr(module, name)))
        unknown = sorted(set(names) - set(public))
        if unknown:
            message = f"{module.__name__} doesn't export {', '.join(unknown)}"
            raise self.error(message)
        lines = [line for name in names for line in entry(module, name)]
        return self.parsed(lines)


class WidgetCards(Written):
    """Show widgets as cards: picture, name, first line of the docstring, link to the page.

    The content names them; the option ``folder`` takes all of a folder of `dlwidgets.widgets`.
    """

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"folder": directives.unchanged}

    def run(self) -> list[Node]:
        """Make one grid of cards."""
        widgets = importlib.import_module("dlwidgets.widgets")
        up = "../" * self.env.docname.count("/")
        lines = [".. grid:: 1 2 2 3", "   :gutter: 3", ""]
        names = " ".join(self.content).split()
        if "folder" in self.options:
            home = f"dlwidgets.widgets.{self.options['folder']}."
            found = ((name, getattr(widgets, name)) for name in exports(widgets))
            names = [n for n, one in found if f"{one.__module__}.".startswith(home)]
        for name in names:
            page = kebab(name)
            summary = (inspect.getdoc(getattr(widgets, name)) or "").partition("\n")[0]
            lines += [
                f"   .. grid-item-card:: {name}",
                f"      :link: {up}widgets/{page}",
                "      :link-type: doc",
                f"      :img-top: {up}images/{page}.webp",
                f"      :img-alt: {name}",
                "      :class-img-top: dlw-card-picture",
                "",
                f"      {summary}",
                "",
            ]
        return self.parsed(lines)


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: TextElement
) -> Element | None:
    """Link a name in backticks to the one documented object whose path ends in it."""
    if node.get("refdomain") != "py" or node.get("reftype") != "obj":
        return None
    target = node["reftarget"].removeprefix("dl.")
    found = {
        (entry.docname, entry.node_id)
        for path, entry in env.domains.python_domain.objects.items()
        if path == target or path.endswith(f".{target}")
    }
    if len(found) != 1:
        return None
    [(document, anchor)] = found
    reference = nodes.reference("", "", content, internal=True)
    reference["refuri"] = f"{app.builder.get_relative_uri(node['refdoc'], document)}#{anchor}"
    return reference


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives."""
    app.add_directive("public-api", PublicApi)
    app.add_directive("widget-cards", WidgetCards)
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
