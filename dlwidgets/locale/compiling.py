"""Compile the catalogs: `.mo` files for Python and JSON for the front end.

The build of the package runs this with Babel alone, before anything is installed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

FOLDER = Path(__file__).resolve().parent
DOMAIN = "dlwidgets"
PSEUDO_LANGUAGE = "xx"
JSON_FOLDER = FOLDER.parents[1] / "labextension" / "src" / "locale"

NOTEBOOKS = "notebooks"
"""The part of a language's catalog for the texts that only notebooks and the course have."""

PARTS = (DOMAIN, NOTEBOOKS)
"""The files of a language's catalog, which is too long for one."""

_OF_NOTEBOOKS = ("notebooks/", "dlwidgets/course/")

OF_WIDGETS = "#widgets"
"""Behind the path of a notebook, for its texts that widgets show."""

# The front end shows none of these texts, but for those of widgets.
_ELSEWHERE = ("notebooks/", "dlwidgets/cli/")


def languages(folder: Path = FOLDER) -> list[str]:
    """Return the languages that have a catalog.

    Args:
        folder: Holds `<language>/LC_MESSAGES/dlwidgets.po`.
    """
    return sorted(path.parents[1].name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def po_file(language: str, folder: Path = FOLDER, part: str = DOMAIN) -> Path:
    """Return the path of a part of a language's catalog."""
    return folder / language / "LC_MESSAGES" / f"{part}.po"


def read(language: str, folder: Path = FOLDER) -> Catalog:
    """Read a language's catalog, of all its parts."""
    with po_file(language, folder).open("rb") as file:
        catalog = read_po(file, locale=language)
    notebooks = po_file(language, folder, NOTEBOOKS)
    if notebooks.exists():
        with notebooks.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    catalog[message.id] = message
    return catalog


def part_of(message: Message) -> str:
    """Return the part of a catalog that a message belongs to."""
    places = [path for path, _ in message.locations]
    of_notebooks = bool(places) and all(path.startswith(_OF_NOTEBOOKS) for path in places)
    return NOTEBOOKS if of_notebooks else DOMAIN


def ids(message: Message) -> list[str]:
    """Return the English text of a message: one, or singular and plural."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def forms(message: Message) -> list[str]:
    """Return the translation of a message: one text, or one per plural form."""
    return (
        [message.string or ""]
        if not isinstance(message.string, tuple | list)
        else [*message.string]
    )


def is_translated(message: Message) -> bool:
    """Return whether a message has all its forms and isn't marked as fuzzy."""
    return bool(message.id) and not message.fuzzy and all(forms(message))


def front_end_catalog(catalog: Catalog) -> dict[str, object]:
    """Return what the front end loads of a catalog.

    Args:
        catalog: As read by `read`.

    Returns:
        `{"": {"language": …, "plural_forms": …, "plurals": {plural msgid: msgid}}, msgid: msgstr |
        [form 0, …]}`.
    """
    plurals: dict[str, str] = {}
    made: dict[str, object] = {
        "": {
            "language": str(catalog.locale_identifier),
            "plural_forms": catalog.plural_forms,
            "plurals": plurals,
        }
    }
    for message in catalog:
        places = [path for path, _ in message.locations]
        if not is_translated(message) or all(map(_is_elsewhere, places)):
            continue
        texts = forms(message)
        singular = ids(message)[0]
        made[singular] = texts if message.pluralizable else texts[0]
        if message.pluralizable:
            plurals[ids(message)[1]] = singular
    return made


def _is_elsewhere(place: str) -> bool:
    return place.startswith(_ELSEWHERE) and not place.endswith(OF_WIDGETS)


def pseudo_catalog(template: Catalog) -> dict[str, object]:
    """Return what the front end loads for the pseudo-language `xx`: every text there is.

    The front end makes its texts up; it only needs to know which texts are marked for translation.

    Args:
        template: All texts, without translations.

    Returns:
        A catalog as from `front_end_catalog`, whose translations are the English texts.
    """
    for message in template:
        if message.id:
            message.string = tuple(ids(message)) if message.pluralizable else message.id
    return front_end_catalog(template)


def compile_all(folder: Path = FOLDER, json_folder: Path | None = JSON_FOLDER) -> None:
    """Compile the catalogs of all languages.

    Args:
        folder: Holds the catalogs; the `.mo` files are written beside them.
        json_folder: Where the front end's JSON files go. `None`: nowhere.
    """
    for language in languages(folder):
        catalog = read(language, folder)
        with po_file(language, folder).with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
        if json_folder is not None:
            json_folder.mkdir(parents=True, exist_ok=True)
            _write_json(json_folder / f"{language}.json", front_end_catalog(catalog))
    template = folder / f"{DOMAIN}.pot"
    if json_folder is not None and template.exists():
        with template.open("rb") as source:
            _write_json(json_folder / f"{PSEUDO_LANGUAGE}.json", pseudo_catalog(read_po(source)))


def _write_json(path: Path, made: dict[str, object]) -> None:
    text = json.dumps(made, ensure_ascii=False, indent=0)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    compile_all()
