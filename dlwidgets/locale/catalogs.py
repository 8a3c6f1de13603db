"""Keep the catalogs of translations up to date, and check them.

python -m dlwidgets.locale.catalogs update    extract all texts; update every catalog; compile
python -m dlwidgets.locale.catalogs check     fail if a catalog is stale or damaged
python -m dlwidgets.locale.catalogs add TAG   start a catalog for another language
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from dlwidgets.cli.code_texts import code_texts
from dlwidgets.cli.prose import paragraphs
from dlwidgets.course.path import is_translation
from dlwidgets.locale.compiling import (
    DOMAIN,
    FOLDER,
    OF_WIDGETS,
    PARTS,
    compile_all,
    forms,
    ids,
    is_translated,
    languages,
    part_of,
    po_file,
    read,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT = FOLDER.parents[1]
TEMPLATE = FOLDER / f"{DOMAIN}.pot"
HEADER = """\
# Translations of dlwidgets.
# This file is distributed under the license of dlwidgets.
#"""

Text = str | tuple[str, ...]

_TEXTS = {"tr": 1, "trn": 2}  # how many of the arguments are texts
_FIELD = re.compile(r"\{[a-z_][a-z0-9_]*\}")
_CODE = re.compile(r"`[^`]+`")
_LINK = re.compile(r"\]\(([^)]*)\)")


def _babel(
    method: str, keywords: dict[str, Any], paths: Iterator[Path]
) -> Iterator[tuple[str, Text]]:
    for path in sorted(paths):
        source = BytesIO(path.read_bytes())
        options = {"encoding": "utf-8", "parse_template_string": "true"}
        for _line, found, _comments, _context in extract(method, source, keywords, (), options):
            yield path.relative_to(ROOT).as_posix(), found


def _calls() -> Iterator[tuple[str, ast.Call, Text | None]]:
    """Yield the calls of `tr` and `trn` with their place and text; `None` if it isn't a literal."""
    for path in sorted((ROOT / "dlwidgets").rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            if name in _TEXTS:
                yield place, call, _literal(call.args[: _TEXTS[name]], _TEXTS[name])


def _literal(arguments: list[ast.expr], count: int) -> Text | None:
    texts = tuple(
        argument.value
        for argument in arguments
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )
    if len(texts) < count:
        return None
    return texts if count > 1 else texts[0]


def _notebooks(paths: Iterator[Path]) -> Iterator[tuple[str, Text]]:
    for path in sorted(paths):
        place = path.relative_to(ROOT).as_posix()
        notebook = json.loads(path.read_text(encoding="utf-8"))
        about = notebook["metadata"].get("dlwidgets", {})
        # The path of the course is a widget, which shows the cards of tutorials.
        shown = place + OF_WIDGETS if "number" in about else place
        for key in ("title", "description", "group"):
            if about.get(key):
                yield shown, " ".join(about[key].split())
        for cell in notebook["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                for text in paragraphs(source):
                    yield place, text
            elif cell["cell_type"] == "code":
                for text in code_texts(source):
                    yield place + OF_WIDGETS, text


def texts() -> Iterator[tuple[str, Text]]:
    """Yield every text that is marked for translation, with the file it stands in."""
    package, front_end = ROOT / "dlwidgets", ROOT / "labextension" / "src"
    yield from ((place, text) for place, _, text in _calls() if text is not None)
    in_typescript = {"t": (1,), "tn": (1, 2), "marked": (1,)}
    yield from _babel("javascript", in_typescript, front_end.rglob("*.ts"))
    templates = package / "cli" / "jupyter"
    for ending in ("*.html", "*.j2"):
        yield from _babel("jinja2.ext:babel_extract", {"_": (1,)}, templates.rglob(ending))
    books = ROOT / "notebooks"
    yield from _notebooks(
        path
        for path in books.rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts and not is_translation(path)
    )


def unreadable() -> list[str]:
    """Return the calls of `tr` and `trn` in Python whose text isn't a literal."""
    return [
        f"{place}:{call.lineno}: the text of `{ast.unparse(call.func)}` must be a literal"
        for place, call, text in _calls()
        if text is None
    ]


def extracted() -> Catalog:
    """Return a catalog of all texts, without translations."""
    catalog = Catalog(project=DOMAIN, fuzzy=False, header_comment=HEADER)
    for place, text in texts():
        catalog.add(text, locations=[(place, 0)])
    return catalog


def _as_bytes(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    write_po(buffer, catalog, width=100, include_lineno=False, ignore_obsolete=True)
    # Times of creation would make every update a change.
    kept = [
        line
        for line in buffer.getvalue().split(b"\n")
        if not re.match(
            rb'"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|'
            rb"Language-Team|Generated-By):",
            line,
        )
    ]
    return b"\n".join(kept)


def write(path: Path, catalog: Catalog) -> None:
    """Write a catalog without times, so that the same texts give the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_as_bytes(catalog))


def updated(language: str, template: Catalog) -> Catalog:
    """Return a language's catalog with the texts of a template, keeping its translations."""
    catalog = read(language)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.header_comment = HEADER
    return catalog


def parts(catalog: Catalog) -> dict[str, Catalog]:
    """Return the catalogs that a language's catalog is stored as, by the part's name."""
    made = {
        part: Catalog(
            locale=catalog.locale_identifier, project=DOMAIN, fuzzy=False, header_comment=HEADER
        )
        for part in PARTS
    }
    for message in catalog:
        if message.id:
            made[part_of(message)][message.id] = message
    return made


def update() -> None:
    """Extract all texts, update the template and every catalog, and compile them."""
    template = extracted()
    write(TEMPLATE, template)
    for language in languages():
        catalog = updated(language, template)
        for part, stored in parts(catalog).items():
            write(po_file(language, part=part), stored)
        print(report(catalog))
    compile_all()


def report(catalog: Catalog) -> str:
    """Return how much of a catalog is translated."""
    messages = [message for message in catalog if message.id]
    done = sum(map(is_translated, messages))
    return f"{catalog.locale_identifier}: {done} of {len(messages)} texts translated"


def faults(catalog: Catalog) -> list[str]:
    """Return what is damaged in a catalog.

    Args:
        catalog: The catalog of a language.

    Returns:
        One line per translation whose fields, code or links differ from the English text's.
    """
    found = []
    for message in catalog:
        if not is_translated(message):
            continue
        sources = ids(message)
        for pattern in (_FIELD, _CODE, _LINK):
            expected = set().union(*(pattern.findall(text) for text in sources))
            for form in forms(message):
                got = set(pattern.findall(form))
                # The singular may leave the number out.
                if got - expected or (expected - got) - ({"{n}"} if len(sources) > 1 else set()):
                    found.append(
                        f"{catalog.locale_identifier}: {sources[0]!r} has {sorted(expected)}, "
                        f"its translation {sorted(got)}"
                    )
    return found


def check() -> int:
    """Report stale and damaged catalogs.

    Returns:
        The exit code: 1 if there is one.
    """
    template = extracted()
    problems = unreadable()
    if not TEMPLATE.exists() or TEMPLATE.read_bytes() != _as_bytes(template):
        problems.append(f"{TEMPLATE.relative_to(ROOT)} is stale: run `make catalog`")
    for language in languages():
        catalog = updated(language, template)
        for part, stored in parts(catalog).items():
            path = po_file(language, part=part)
            if not path.exists() or path.read_bytes() != _as_bytes(stored):
                problems.append(f"{path.relative_to(ROOT)} is stale: run `make catalog`")
        problems += faults(catalog)
        print(report(catalog))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def add(language: str) -> None:
    """Start an empty catalog for a language."""
    catalog = Catalog(locale=language, project=DOMAIN, fuzzy=False, header_comment=HEADER)
    write(po_file(language), catalog)
    update()


def main() -> int:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("update", help="extract all texts, update every catalog, and compile")
    commands.add_parser("check", help="fail if a catalog is stale or damaged")
    commands.add_parser("add", help="start another language").add_argument("language")
    arguments = parser.parse_args()
    if arguments.command == "check":
        return check()
    if arguments.command == "add":
        add(arguments.language)
    else:
        update()
    return 0


if __name__ == "__main__":
    sys.exit(main())
