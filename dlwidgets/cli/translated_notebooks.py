"""The tutorials in another language, for readers of JupyterLab: `NN-name.zh.ipynb`.

They are made from the English notebooks and the catalog of translations, and never edited:

    python -m dlwidgets.cli.translated_notebooks zh             those of dlwidgets
    python -m dlwidgets.cli.translated_notebooks zh FOLDER      those of a copy
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import SOURCE_LANGUAGE, languages
from dlwidgets.cli.code_texts import translate_code
from dlwidgets.cli.languages import translate
from dlwidgets.cli.notebooks import notebooks_root
from dlwidgets.cli.prose import translate_markdown
from dlwidgets.course.path import is_translation, translation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

_MADE = "translation"
"""The metadata of a copy: the checksum of what was written. A reader's outputs don't change it."""
_LINK = re.compile(r"\]\(([\w.-]+\.ipynb)(?=[)#])")
_TEXTS = ("title", "description", "group")


def translated(
    notebook: dict[str, Any], language: str, beside: Collection[str], to: Callable[[str], str]
) -> dict[str, Any]:
    """Return a notebook in another language.

    Args:
        notebook: The notebook as JSON.
        language: Of the copy, such as `"zh"`.
        beside: The names of the notebooks that have a copy. Links to them lead to the copies.
        to: Gives the translation of a paragraph, or of a text in code.

    Returns:
        Another notebook, with the same cells.
    """

    def linked(name: re.Match[str]) -> str:
        if name[1] not in beside:
            return name[0]
        return f"]({translation_of(Path(name[1]), language).name}"

    cells = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            source = _LINK.sub(linked, translate_markdown(source, to))
        elif cell["cell_type"] == "code":
            source = translate_code(source, to)
        cells.append({**cell, "source": source.splitlines(keepends=True)})
    own = notebook["metadata"].get("dlwidgets", {})
    texts = {name: to(own[name]) for name in _TEXTS if own.get(name)}
    metadata = {**notebook["metadata"], "dlwidgets": {**own, **texts}}
    return {**notebook, "cells": cells, "metadata": metadata}


def write_translations(folder: Path, language: str) -> list[Path]:
    """Write the copies of all notebooks in a folder, beside them.

    A copy that is up to date stays, with what its reader has run in it, and so does a notebook with
    the name of a copy that isn't one.

    Args:
        folder: The folder.
        language: One of the languages of dlwidgets, but for English.

    Returns:
        The copies that were written.

    Raises:
        OSError: The folder can't be read or written.
    """
    sources = [path for path in sorted(folder.glob("*.ipynb")) if not is_translation(path)]
    beside = {path.name for path in sources}
    written = []
    for path in sources:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        made = translated(notebook, language, beside, lambda text: translate(text, language))
        target = translation_of(path, language)
        checksum = hashlib.sha256(json.dumps(made, ensure_ascii=False).encode()).hexdigest()
        if target.exists() and _checksum_of(target) in (None, checksum):
            continue
        made["metadata"]["dlwidgets"][_MADE] = checksum
        target.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        written.append(target)
    return written


def _checksum_of(path: Path) -> str | None:
    """Return the checksum in a copy; `None` if the file isn't one."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["metadata"]["dlwidgets"][_MADE]
    except (ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) else None


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name.

    Args:
        argv: The arguments. `None` for those of the process.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(
        prog="python -m dlwidgets.cli.translated_notebooks",
        description="Write the tutorials in another language, beside the English ones.",
    )
    parser.add_argument("language", choices=[tag for tag in languages() if tag != SOURCE_LANGUAGE])
    parser.add_argument(
        "folder", nargs="?", type=Path, help="a folder of notebooks (those of dlwidgets)"
    )
    arguments = parser.parse_args(argv)
    folder = arguments.folder or notebooks_root() / "tutorials"
    written = write_translations(folder, arguments.language)
    print(f"{len(written)} notebooks written to {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
