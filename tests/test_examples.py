"""The examples in the docstrings: they run as printed, for somebody who has `dl` and `np`."""

from __future__ import annotations

import ast
import builtins
import doctest
import importlib
import inspect
from types import FunctionType
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

import dlwidgets as dl
from dlwidgets import _threads

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES = (
    "dlwidgets",
    "dlwidgets.concepts",
    "dlwidgets.data",
    "dlwidgets.generate",
    "dlwidgets.generate.gan",
    "dlwidgets.generate.gan_tracking",
    "dlwidgets.generate.latent",
    "dlwidgets.inspect",
    "dlwidgets.inspect.diagnosis",
    "dlwidgets.models",
    "dlwidgets.recording",
    "dlwidgets.training",
    "dlwidgets.vision",
    "dlwidgets.widgets",
)


def public(module: Any) -> dict[str, Any]:
    names = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]
    return {name: getattr(module, name) for name in names}


def documented() -> Iterator[tuple[str, str]]:
    """Name and docstring of every public module, class, function, method and property."""
    seen = set()
    for path in MODULES:
        module = importlib.import_module(path)
        yield path, module.__doc__ or ""
        for name, value in public(module).items():
            if not (inspect.isclass(value) or inspect.isfunction(value)) or value in seen:
                continue
            seen.add(value)
            yield f"{path}.{name}", value.__doc__ or ""
            for part, member in vars(value).items() if inspect.isclass(value) else ():
                member = getattr(member, "__func__", member)  # noqa: PLW2901
                if not part.startswith("_") and isinstance(member, property | FunctionType):
                    yield f"{path}.{name}.{part}", member.__doc__ or ""


def examples() -> list[doctest.DocTest]:
    parser = doctest.DocTestParser()
    found = [
        parser.get_doctest(text, {"dl": dl, "np": np}, name, None, 0) for name, text in documented()
    ]
    return [example for example in found if example.examples]


def unknown_names(example: doctest.DocTest) -> set[str]:
    """Names that neither the example nor its reader has, also in lines that are not run."""
    tree = ast.parse("".join(line.source for line in example.examples))
    known, used = {*dir(builtins), "dl", "np"}, set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                used.add(name)
            case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name):
                known.add(name)
            case ast.alias(name=name, asname=other):
                known.add(other or name.partition(".")[0])
    return used - known


def test_examples_name_nothing_that_they_do_not_make() -> None:
    unknown = {example.name: unknown_names(example) for example in examples()}
    assert {name: names for name, names in unknown.items() if names} == {}


def test_examples_give_what_they_say() -> None:
    runner, report = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS), []
    found = examples()
    try:
        for example in found:
            runner.run(example, out=report.append)
    finally:  # what the examples left on their imagined pages
        ipywidgets.Widget.close_all()
        _threads.end_all()
    assert len(found) > 100
    assert not runner.failures, "".join(report)
