"""Images and figures: how arrays become bytes that the page can use."""

from __future__ import annotations

import base64
import datetime
import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from traitlets import TraitError

from dlwidgets.widgets import DownloadButton, Figure, ImageGrid
from dlwidgets.widgets._core.pixels import to_pixels
from tests.helpers.page import from_page, messages, set_on_page


def atlas(grid: ImageGrid) -> np.ndarray:
    a = grid.atlas
    shape = (a["count"], a["height"], a["width"], a["channels"])
    return np.frombuffer(a["data"], np.uint8).reshape(shape)


# -- images ------------------------------------------------------------------------------------


def test_uint8_is_shown_as_it_is() -> None:
    images = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
    grid = ImageGrid()
    grid.show(images, labels=["a", "b\nc"], tooltips=["x", "y"], border_colors=["good", "#00ff00"])
    np.testing.assert_array_equal(atlas(grid)[..., 0], images)
    assert grid.count == 2
    assert grid.labels == ["a", "b\nc"]


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("order", ["C", "F"])
def test_channels_and_memory_order(channels: int, order: Any) -> None:
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (5, 6, 7, channels), np.uint8)
    grid = ImageGrid()
    grid.show(np.asarray(images, order=order)[::2])
    np.testing.assert_array_equal(atlas(grid), images[::2])


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int32", "int64", "bool"])
def test_other_types_are_scaled_from_smallest_to_largest(dtype: str) -> None:
    images = np.array([[[0, 1]], [[1, 0]]]).astype(dtype)
    assert to_pixels(images).ravel().tolist() == [0, 255, 255, 0]


def test_scaling_by_hand() -> None:
    images = np.array([[[-1.0, 0.0, 0.5, 1.0, 3.0]]])
    # (v - 0) * 255 / 1, cut off at 0 and 255, rounded.
    assert to_pixels(images, low=0, high=1).ravel().tolist() == [0, 0, 128, 255, 255]
    # (v + 1) * 255 / 4
    assert to_pixels(images).ravel().tolist() == [0, 64, 96, 128, 255]
    ints = np.array([[[0, 51, 255]]], np.uint8)
    assert to_pixels(ints, low=0, high=51).ravel().tolist() == [0, 255, 255]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, np.nan, 1.0], [0, 0, 255]),
        ([0.0, np.inf, 1.0], [0, 255, 255]),
        ([0.0, -np.inf, 1.0], [0, 0, 255]),
        ([np.nan, np.nan, np.nan], [0, 0, 0]),
        ([7.0, 7.0, 7.0], [0, 0, 0]),
        ([7.0, np.nan, 7.0], [0, 0, 0]),
    ],
)
def test_images_with_values_that_are_not_finite_or_constant(
    values: list[float], expected: list[int]
) -> None:
    with np.errstate(all="raise", under="ignore"):
        assert to_pixels(np.array([[values]])).ravel().tolist() == expected


@pytest.mark.parametrize(("cell_size", "sent"), [(0, 216), (40, 80), (150, 300), (200, 320)])
def test_images_are_sent_no_larger_than_a_sharp_screen_draws_them(
    cell_size: int, sent: int
) -> None:
    stripes = np.zeros((2, 160, 320), np.uint8)
    stripes[..., ::2] = 255
    grid = ImageGrid(cell_size=cell_size)
    grid.show(stripes)
    assert atlas(grid).shape == (2, sent // 2, sent, 1)
    assert atlas(grid).mean() == pytest.approx(127.5, abs=1)


def test_a_grid_that_is_enlarged_later_becomes_sharp() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 160, 320, 3), "uint8")
    grid = ImageGrid()
    grid.show(pixels, labels=["a", "b"])
    assert atlas(grid).shape == (2, 108, 216, 3)
    before = len(grid.comm.sent)
    grid.cell_size = 50
    assert not any("atlas" in data.get("state", {}) for _, data, _ in grid.comm.sent[before:])
    grid.cell_size = 200
    np.testing.assert_array_equal(atlas(grid), pixels)
    assert grid.labels == ["a", "b"]
    grid.clear()
    grid.cell_size = 300
    assert grid.count == 0


def test_no_images_at_all() -> None:
    grid = ImageGrid()
    grid.show(np.zeros((0, 8, 8), np.float32))
    assert grid.count == 0


@pytest.mark.parametrize("shape", [(8, 8), (2, 8, 8, 2), (2, 8, 8, 5), (1, 2, 3, 4, 3), ()])
def test_wrong_shape_is_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"Expected images of shape .* Received: shape"):
        ImageGrid().show(np.zeros(shape))


@pytest.mark.parametrize("name", ["labels", "tooltips", "border_colors"])
def test_one_text_per_image(name: str) -> None:
    grid = ImageGrid()
    with pytest.raises(ValueError, match=f"Expected 2 `{name}`, one per image. Received: 3"):
        grid.show(np.zeros((2, 4, 4)), **{name: ["good"] * 3})
    assert grid.count == 0


@pytest.mark.parametrize("color", ["red", "#FFF", "url(x)", "good;", "#00ff00 ", "expression(1)"])
def test_border_colour_of_another_form_is_refused(color: str) -> None:
    with pytest.raises(ValueError, match="Expected the border color"):
        ImageGrid().show(np.zeros((1, 4, 4)), border_colors=[color])


def test_selection_stays_within_the_images() -> None:
    grid = ImageGrid()
    grid.show(np.zeros((3, 4, 4)))
    set_on_page(grid, selected=2)
    assert grid.selected == 2
    for wrong in (3, -2, 10**9):
        set_on_page(grid, selected=wrong)
        assert grid.selected == -1
        grid.selected = 2
    grid.show(np.zeros((1, 4, 4)))
    assert grid.selected == -1, "the selected image is gone"
    grid.clear()
    assert (grid.count, grid.labels, grid.selected) == (0, [], -1)


def test_atlas_from_the_page_must_fit() -> None:
    grid = ImageGrid()
    grid.show(np.zeros((1, 4, 4)))
    with pytest.raises(TraitError):
        grid.atlas = {"data": b"123", "count": 1, "height": 4, "width": 4, "channels": 1}
    for wrong in (
        {"count": 5},
        {"data": b"", "count": -1, "height": "x", "width": 4, "channels": 1},
        {"data": None, "count": 1, "height": 1, "width": 1, "channels": 1},
        {"a": 1},
        5,
        None,
    ):
        set_on_page(grid, atlas=wrong)
        assert grid.count == 1


# -- figures -----------------------------------------------------------------------------------


def sent(figure: go.Figure) -> dict[str, Any]:
    shown: dict[str, Any] = Figure(figure).figure
    return shown


def array(value: Any) -> np.ndarray:
    assert value["_dlw"] == "nd"
    return np.frombuffer(value["data"], value["dtype"]).reshape(value["shape"])


@pytest.mark.parametrize(
    ("dtype", "travels_as"),
    [
        ("float64", "float64"),
        ("float32", "float32"),
        ("float16", "float32"),
        ("int64", "float64"),
        ("uint64", "float64"),
        ("int32", "int32"),
        ("uint8", "uint8"),
        ("int16", "int16"),
    ],
)
def test_arrays_travel_as_bytes(dtype: str, travels_as: str) -> None:
    values = np.arange(200).astype(dtype)
    (trace,) = sent(go.Figure(go.Scatter(x=values, y=values[::-1])))["data"]
    for name, expected in (("x", values), ("y", values[::-1])):
        got = array(trace[name])
        np.testing.assert_array_equal(got, expected)
        # plotly itself narrows whole numbers; what matters is that a browser has the type.
        wide = np.dtype(travels_as)
        assert got.dtype == wide or (got.dtype.kind in "iu" and got.dtype.itemsize <= 4)


def test_plotly_s_own_binary_form_is_decoded_with_its_shape() -> None:
    z = np.arange(12, dtype=np.float32).reshape(3, 4)
    for raw in (
        z,
        {"bdata": base64.b64encode(z.tobytes()).decode(), "dtype": "f4", "shape": "3, 4"},
    ):
        (trace,) = sent(go.Figure(go.Heatmap(z=raw)))["data"]
        np.testing.assert_array_equal(array(trace["z"]), z)


def test_dates_and_texts_travel_as_text_and_numbers_as_numbers() -> None:
    days = [datetime.date(2024, 1, 2), datetime.date(2024, 1, 3)]
    figure = go.Figure(go.Bar(x=days, y=np.array([1, 2]), text=np.array(["<b>a</b>", "b"])))
    figure.add_scatter(x=np.array(["2024-01-02", "2024-01-03"], "datetime64[D]"), y=[1, None])
    figure.update_layout(height=np.int64(300), title=np.str_("t"))
    shown = sent(figure)
    assert [str(v)[:10] for v in shown["data"][0]["x"]] == ["2024-01-02", "2024-01-03"]
    assert list(shown["data"][0]["text"]) == ["<b>a</b>", "b"]
    assert shown["data"][1]["y"] == [1, None]
    assert shown["layout"]["height"] == 300
    as_json = json.dumps(shown, default=lambda v: "bytes" if isinstance(v, memoryview) else 1 / 0)
    assert "2024-01-03" in as_json


def test_the_default_template_does_not_travel_and_a_chosen_one_does() -> None:
    plain = sent(go.Figure(go.Scatter(y=[1, 2])))
    assert "template" not in plain["layout"]
    chosen = sent(go.Figure(go.Scatter(y=[1, 2]), layout={"template": "plotly_dark"}))
    assert chosen["layout"]["template"]


def test_a_plain_figure_arrives_as_a_checked_one_does() -> None:
    x, y = np.arange(3.0), np.array([1, 4, 9])
    checked, plain = Figure(go.Figure(go.Bar(x=x, y=y), layout={"bargap": 0})), Figure()
    plain.show_plain([{"type": "bar", "x": x, "y": y}], {"bargap": 0})
    assert plain.figure["layout"]["bargap"] == checked.figure["layout"]["bargap"] == 0
    (one,), (other,) = plain.figure["data"], checked.figure["data"]
    assert one["type"] == other["type"] == "bar"
    for name, values in (("x", x), ("y", y)):
        assert np.frombuffer(one[name]["data"], one[name]["dtype"]).tolist() == values.tolist()
        assert np.frombuffer(other[name]["data"], other[name]["dtype"]).tolist() == values.tolist()


def test_not_a_figure_is_named() -> None:
    with pytest.raises(TypeError, match=r"plotly\.graph_objects\.Figure`\. Received: dict"):
        Figure().show({"data": []})  # type: ignore[arg-type]


def test_points_from_the_page_are_checked() -> None:
    figure = Figure(go.Figure(go.Scatter(y=[1, 2])))
    heard: list[Any] = []
    figure.on_point(lambda kind, points: heard.append((kind, points)))
    from_page(figure, {"type": "click", "points": [{"curve": 0, "point": 1}]})
    assert heard == [("click", [(0, 1)])]
    odd = [{"curve": "0", "point": 1}, {"curve": 0}, None, 5, {"curve": 0, "point": 1.5}]
    for points in (odd, None, "text", {"curve": 0}):
        from_page(figure, {"type": "select", "points": points})
    assert heard[1:] == [("select", [])] * 4


# -- downloads ---------------------------------------------------------------------------------


def test_a_press_makes_the_file_and_only_one_that_is_allowed() -> None:
    made: list[int] = []

    def make() -> tuple[str, bytes]:
        made.append(1)
        return "a.csv", b"1,2\n"

    button = DownloadButton(make, label="Save")
    from_page(button, {"type": "download", "request": 4})
    assert messages(button, "file") == [
        ({"type": "file", "request": 4, "name": "a.csv"}, [b"1,2\n"])
    ]
    button.disabled = True
    from_page(button, {"type": "download", "request": 5})
    assert made == [1]
