"""What a page that appears late gets of a chart that no update loop ticks."""

from __future__ import annotations

import functools
from typing import Any

import dlwidgets as dl
from dlwidgets.training.table import Table
from tests.helpers.page import ChartPage, from_page


def chart_of(table: Table) -> Any:
    chart = dl.Chart()
    chart.add_series("loss", source=functools.partial(table.points, "loss"))
    return chart


def table_of(*values: float) -> Table:
    table = Table()
    extend(table, *values)
    return table


def extend(table: Table, *values: float) -> None:
    steps = range(len(table) + 1, len(table) + 1 + len(values))
    zeros = [0.0] * len(values)
    table.extend(step=list(steps), epoch=zeros, time=zeros, values={"loss": list(values)})


def late_page(chart: Any) -> ChartPage:
    """A page to which nothing was sent before it said hello."""
    chart.comm.sent.clear()
    from_page(chart, {"type": "hello"})
    return ChartPage()


def test_points_that_were_flushed_before_any_page_greets() -> None:
    table = table_of(3.0, 2.0, 1.0)
    chart = chart_of(table)
    assert chart.flush() == 3
    page = late_page(chart)
    assert page.read(chart).series["loss"].tolist() == [3.0, 2.0, 1.0]
    extend(table, 0.5)
    chart.flush()
    assert page.read(chart).series["loss"].tolist() == [3.0, 2.0, 1.0, 0.5]


def test_a_chart_without_points_has_no_snapshot_to_send() -> None:
    chart = chart_of(table_of())
    chart.flush()
    page = late_page(chart)
    assert not [data for _, data, _ in chart.comm.sent if "_snapshot" in data.get("state", {})]
    assert page.read(chart).series == {}
