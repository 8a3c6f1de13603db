"""A page made of Python: it holds what widgets send, and sends what visitors do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from comm.base_comm import BaseComm

from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator


class Comm(BaseComm):
    """A channel that keeps what is sent, in place of a kernel's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sent: list[tuple[str, dict[str, Any], list[Any]]] = []
        super().__init__(*args, **kwargs)

    def publish_msg(
        self,
        msg_type: str,
        data: Any = None,
        metadata: Any = None,
        buffers: Any = None,
        **_keys: Any,
    ) -> None:
        # As the wire does: a value that is no JSON fails here, and later changes do not show.
        copy = json.loads(json.dumps(data or {}, allow_nan=False))
        self.sent.append((msg_type, copy, [bytes(b) for b in buffers or []]))


def messages(widget: Any, kind: str) -> list[tuple[dict[str, Any], list[bytes]]]:
    """The messages of a type that a widget has sent, with their buffers."""
    return [
        (data["content"], buffers)
        for _, data, buffers in list(widget.comm.sent)
        if data.get("method") == "custom" and data["content"].get("type") == kind
    ]


def from_page(widget: Any, content: Any) -> None:
    """Let the page send a message to a widget."""
    data = {"method": "custom", "content": content}
    widget.comm.handle_msg({"content": {"data": data}, "buffers": []})


def send_file(button: Any, name: str, content: bytes) -> None:
    """Let the page hand over a file with an upload button."""
    data = {"method": "custom", "content": {"type": "file", "name": name, "size": len(content)}}
    button.comm.handle_msg({"content": {"data": data}, "buffers": [content]})


def seen(widget: Any) -> None:
    """Let a page begin to show a widget."""
    from_page(widget, {"type": "hello"})


def press_start(page: Any) -> None:
    """Let the visitor of a dashboard press Start, which the page allows once it is told so."""
    bar = page.panel.bar
    until(
        lambda: (bar.can_start or bar.can_restart) and not page.busy, "a button that can be pressed"
    )
    from_page(bar, {"type": "start"})


def set_on_page(widget: Any, **state: Any) -> None:
    """Let the page change traits of a widget."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget.comm.handle_msg({"content": {"data": data}, "buffers": []})


def state_of(widget: Any, name: str) -> Any:
    """A synced trait as it is sent to the page and stored in a notebook."""
    return widget.get_state([name])[name]


def css_classes(widget: Any) -> tuple[str, ...]:
    """The CSS classes that the page gives a widget."""
    return tuple(state_of(widget, "_dom_classes"))


def is_error(line: Any) -> bool:
    """Whether a line of text looks like an error."""
    return "dlw-error" in css_classes(line)


def part(widget: Any, css_class: str) -> Any:
    """The first part of a composite with this CSS class, in the order of the page."""
    found = (one for one in parts(widget) if css_class in css_classes(one))
    return next(found)


def parts(widget: Any) -> Iterator[Any]:
    """A widget and everything inside it, in the order of the page."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def displayed(whole: Any, one: Any) -> bool:
    """Whether the page shows a part of a composite: it and all that contains it."""
    if whole.layout.display == "none":
        return False
    inside = getattr(whole, "children", ())
    return whole is one or any(displayed(child, one) for child in inside)


def read_columns(raw: bytes) -> dict[str, np.ndarray]:
    """Points as they travel, read independently of the package."""
    assert len(raw) % 16 == 0
    n = len(raw) // 16
    return {
        "step": np.frombuffer(raw, "<u4", n, 0),
        "epoch": np.frombuffer(raw, "<f4", n, 4 * n),
        "time": np.frombuffer(raw, "<f4", n, 8 * n),
        "value": np.frombuffer(raw, "<f4", n, 12 * n),
    }


@dataclass
class ChartPage:
    """What a browser makes of a chart's messages, from its beginning: all points of each series.

    Follows the wire protocol to the letter, so that a message which skips or repeats points fails.
    """

    generation: int = 0
    series: dict[str, np.ndarray] = field(default_factory=dict)
    references: set[str] = field(default_factory=set)

    def read(self, chart: Any) -> ChartPage:
        """Take in everything that was sent since the beginning."""
        self.series, self.generation, self.references = {}, 0, set()
        snapshot: tuple[Any, ...] = ({}, [], [])
        for _, data, buffers in list(chart.comm.sent):
            state = data.get("state", {})
            if "_snapshot" in state:
                snapshot = (state["_snapshot"], data["buffer_paths"], buffers)
            if "series" in state:
                known = {s["id"] for s in state["series"]}
                self.references = {s["id"] for s in state["series"] if s["reference"]}
                self.series = {k: v for k, v in self.series.items() if k in known}
            if "generation" in state:
                self.generation = state["generation"]
                self.series = {k: v for k, v in self.series.items() if k in self.references}
            if {"_snapshot", "series", "generation"} & set(state):
                self._snapshot(*snapshot)
            if data.get("method") == "custom":
                self._append(data["content"], buffers)
        return self

    def _append(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        if content["type"] != "append" or content["generation"] != self.generation:
            return
        assert len(content["series"]) == len(buffers)
        for part, raw in zip(content["series"], buffers, strict=True):
            value = read_columns(raw)["value"]
            have = self.series.get(part["id"], np.empty(0, "f4"))
            assert part["count"] == len(value) > 0
            assert part["start"] == len(have), f"{part} after {len(have)} points"
            self.series[part["id"]] = np.concatenate([have, value])

    def _snapshot(self, state: dict[str, Any], paths: list[Any], buffers: list[bytes]) -> None:
        if state.get("generation") != self.generation:
            return
        raw = {path[2]: b for path, b in zip(paths, buffers, strict=True) if path[0] == "_snapshot"}
        for key, entry in state["series"].items():
            have = len(self.series.get(key, ()))
            if entry["total"] > have and entry["count"] == entry["total"]:
                self.series[key] = read_columns(raw[key])["value"]
