"""Extraction, compilation and checks of the catalogs."""

from __future__ import annotations

import gettext
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from dlwidgets.locale import catalogs, compiling

if TYPE_CHECKING:
    from pathlib import Path


def catalog(*texts: tuple[str | tuple[str, str], str | tuple[str, ...], str]) -> Catalog:
    made = Catalog(locale="zh", fuzzy=False)
    for text, translation, place in texts:
        made.add(text, translation, locations=[(place, 1)])
    return made


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "dlwidgets"
    for folder in ("locale", "cli/jupyter"):
        (package / folder).mkdir(parents=True)
    for folder in ("notebooks", "labextension/src"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(catalogs, "ROOT", tmp_path)
    monkeypatch.setattr(catalogs, "TEMPLATE", package / "locale" / "dlwidgets.pot")
    for name in ("languages", "read", "po_file"):
        real = getattr(compiling, name)
        bound = {"languages": lambda: compiling.languages(package / "locale")}.get(
            name, lambda tag, real=real, **part: real(tag, package / "locale", **part)
        )
        monkeypatch.setattr(catalogs, name, bound)
    monkeypatch.setattr(
        catalogs, "compile_all", lambda: compiling.compile_all(package / "locale", tmp_path)
    )
    (package / "a.py").write_text(
        'x = tr("Pause {name}", name=1)\ny = trn("{n} step", "{n} steps", 2)\n'
        'z = tr(\n    "A long text "\n    "in two parts"\n)\n'
    )
    return tmp_path


def test_texts_of_all_four_sources_are_extracted(tree: Path) -> None:
    (tree / "labextension/src/view.ts").write_text(
        "const a: Map<string, number> = new Map();\n"
        "label(t('Zoom in'), marked('No data'), `${t(\"Zoom out\")} ${a.size / 2}`);\n"
        'tn("{n} point", "{n} points", n);\n'
    )
    (tree / "dlwidgets/cli/jupyter/page.html").write_text('<p>{{ _("All dashboards") }}</p>')
    (tree / "notebooks/a.ipynb").write_text(
        json.dumps(
            {
                "metadata": {"dlwidgets": {"title": "Train", "description": "Watch."}},
                "cells": [
                    {"cell_type": "markdown", "source": ["# Title\n", "\n", "1. **One.** Two."]},
                    {"cell_type": "code", "source": ["tr('not this')"]},
                    {"cell_type": "code", "source": ["dl.Question('Why?', ['So', '5'], 0, 'So.')"]},
                ],
            }
        )
    )
    (tree / "notebooks/a.zh.ipynb").write_text("a translation, which has no texts to translate")
    assert {text for _, text in catalogs.texts()} == {
        "Pause {name}",
        ("{n} step", "{n} steps"),
        "A long text in two parts",
        "Zoom in",
        "No data",
        "Zoom out",
        ("{n} point", "{n} points"),
        "All dashboards",
        "Train",
        "Watch.",
        "Title",
        "**One.** Two.",
        "Why?",
        "So",
        "So.",
    }


def test_the_front_end_gets_the_texts_of_notebooks_that_widgets_show(tree: Path) -> None:
    about = {"number": 2, "title": "First", "description": "Card.", "group": "Course: a"}
    cells = [
        {"cell_type": "markdown", "source": ["# Heading"]},
        {"cell_type": "code", "source": ["dl.Trial(train, title='Digits')"]},
    ]
    written = json.dumps({"metadata": {"dlwidgets": about}, "cells": cells})
    (tree / "notebooks/02-a.ipynb").write_text(written)
    made = catalogs.extracted()
    for message in made:
        message.string = message.id if not message.pluralizable else (message.id[0],)
    shown = set(compiling.front_end_catalog(made))
    assert {"First", "Card.", "Course: a", "Digits"} <= shown
    assert "Heading" not in shown


def test_a_stale_catalog_fails_the_check(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogs.add("zh")
    assert catalogs.check() == 0
    source = tree / "dlwidgets" / "a.py"
    source.write_text(source.read_text() + 'tr("A new text")\n')
    assert catalogs.check() == 1
    assert "is stale: run `make catalog`" in capsys.readouterr().err
    catalogs.update()
    assert catalogs.check() == 0


def test_a_text_that_is_no_literal_fails_the_check(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "dlwidgets/b.py").write_text('tr(f"Step {n}")\ntr(text)\ntrn("a", b, 2)\n')
    catalogs.add("zh")
    assert catalogs.check() == 1
    assert capsys.readouterr().err.count("must be a literal") == 3


def test_an_update_keeps_translations_and_drops_what_is_gone(tree: Path) -> None:
    catalogs.add("zh")
    made = compiling.read("zh", tree / "dlwidgets/locale")
    made["Pause {name}"].string = "暂停 {name}"
    made["A long text in two parts"].string = "长文本"
    catalogs.write(compiling.po_file("zh", tree / "dlwidgets/locale"), made)
    (tree / "dlwidgets/a.py").write_text('tr("Pause {name}", name=1)\ntr("Stop")\n')
    catalogs.update()
    kept = compiling.read("zh", tree / "dlwidgets/locale")
    assert {m.id: m.string for m in kept if m.id} == {"Pause {name}": "暂停 {name}", "Stop": ""}
    assert not kept.obsolete


@pytest.mark.parametrize(
    ("text", "translation", "ok"),
    [
        ("Step {step} of {count}", "第 {step} 步，共 {count} 步", True),
        ("Step {step} of {count}", "第 {step} 步", False),
        ("Step {step}", "第 {setp} 步", False),
        (("{n} step", "{n} steps"), ("{n} 步",), True),
        (("{n} step", "{n} steps"), ("步",), True),
        (("{n} step of {a}", "{n} steps of {a}"), ("{n} 步",), False),
        ("Call `run.wait()`", "调用 `run.wait()`", True),
        ("Call `run.wait()`", "调用 `run.stop()`", False),
        ("See [the guide](guide.md)", "参见[指南](zhinan.md)", False),
        ("Step {step}", "", True),
    ],
)
def test_broken_placeholders_are_found(
    text: str | tuple[str, str], translation: str | tuple[str, ...], ok: bool
) -> None:
    found = catalogs.faults(catalog((text, translation, "dlwidgets/a.py")))
    assert (not found) == ok, found


def test_compiled_catalogs_serve_python_and_the_front_end(tmp_path: Path) -> None:
    made = catalog(
        ("Pause", "暂停", "dlwidgets/widgets/a.py"),
        (("{n} step", "{n} steps"), ("{n} 步",), "labextension/src/a.ts"),
        ("Untranslated", "", "dlwidgets/widgets/a.py"),
        ("# A lesson", "一课", "notebooks/a.ipynb"),
    )
    catalogs.write(compiling.po_file("zh", tmp_path), made)
    compiling.compile_all(tmp_path, tmp_path)
    in_page = json.loads((tmp_path / "zh.json").read_text(encoding="utf-8"))
    header = in_page.pop("")
    assert header["language"] == "zh"
    assert header["plurals"] == {"{n} steps": "{n} step"}
    assert in_page == {"Pause": "暂停", "{n} step": ["{n} 步"]}
    in_python = gettext.translation("dlwidgets", str(tmp_path), ["zh"])
    assert in_python.gettext("# A lesson") == "一课"
    assert in_python.ngettext("{n} step", "{n} steps", 3) == "{n} 步"


def test_compilation_needs_no_installed_package(tmp_path: Path) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import compiling\n"
        "print(sys.modules.keys() & {'numpy', 'dlwidgets'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(compiling.FOLDER)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert done.stdout.strip() == "set()"


def test_texts_of_notebooks_alone_are_stored_apart_and_read_together(tmp_path: Path) -> None:
    catalog = Catalog(locale="zh", project="dlwidgets", fuzzy=False)
    catalog.add("Pause", "暂停", locations=[("dlwidgets/a.py", 0)])
    catalog.add("Prose", "正文", locations=[("notebooks/a.ipynb", 0), ("dlwidgets/course/a.py", 0)])
    both = [("notebooks/a.ipynb", 0), ("dlwidgets/b.py", 0)]
    catalog.add("Both", "两处", locations=both)
    for part, stored in catalogs.parts(catalog).items():
        catalogs.write(compiling.po_file("zh", tmp_path, part), stored)
    notebooks = compiling.po_file("zh", tmp_path, "notebooks").read_text(encoding="utf-8")
    assert "Prose" in notebooks
    assert "Pause" not in notebooks
    assert "Both" not in notebooks
    read = compiling.read("zh", tmp_path)
    assert {m.id: m.string for m in read if m.id} == {
        "Pause": "暂停",
        "Both": "两处",
        "Prose": "正文",
    }


def test_the_pseudo_language_knows_every_text(tmp_path: Path) -> None:
    template = Catalog()
    template.add("Pause", locations=[("labextension/src/a.ts", 0)])
    template.add(("{n} step", "{n} steps"), locations=[("dlwidgets/a.py", 0)])
    template.add("Prose", locations=[("notebooks/a.ipynb", 0)])
    with (tmp_path / "dlwidgets.pot").open("wb") as file:
        write_po(file, template)
    compiling.compile_all(tmp_path, tmp_path)
    made = json.loads((tmp_path / "xx.json").read_text(encoding="utf-8"))
    assert made[""]["plurals"] == {"{n} steps": "{n} step"}
    assert made["Pause"] == "Pause"
    assert made["{n} step"] == ["{n} step", "{n} steps"]
    assert "Prose" not in made
