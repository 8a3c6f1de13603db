"""EfficientNet-Lite0 and a network of one's own in the pages that offer pretrained networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dlwidgets.vision import register_network, registry
from dlwidgets.vision.registry import LITE0
from dlwidgets.widgets import (
    DreamStudio,
    FilterDashboard,
    FilterViewer,
    HeatmapViewer,
    StyleStudio,
    WhereItLooksDashboard,
)
from tests.helpers.models import small_cnn
from tests.helpers.page import is_error, seen
from tests.helpers.photographs import signed
from tests.helpers.slow import slow
from tests.helpers.studios import finished
from tests.helpers.viewers import settled
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))  # nothing of `keras.applications`
    monkeypatch.setattr(registry, "_REGISTERED", {LITE0.name: LITE0})


@pytest.mark.slow
def test_where_it_looks_explains_a_palace() -> None:
    page = WhereItLooksDashboard(start=False)
    try:
        page.viewer.methods = ["grad_cam"]
        page.dataset.value = "imagenet/efficientnet_lite0"
        seen(page.viewer.overlay)
        until(lambda: page.viewer.overlay.count, "a heat map", 90)
        until(lambda: "palace" in page.viewer.bars.labels, "the classes", 30)
        assert page.viewer.bars.labels[page.viewer.bars.marked] == "palace"
        assert "top_relu" in page.viewer.overlay.captions[0]
        assert "dl.vision.find_network('efficientnet_lite0')" in page.code()
    finally:
        page.close()


@pytest.mark.slow
def test_filters_of_the_network_and_its_maps_of_photographs() -> None:
    page = FilterDashboard(start=False)
    try:
        form = page.filters.form
        form.preset.value, form.count.value, form.steps.value = "book", 2, 2
        page.network.value = "efficientnet_lite0"
        seen(page.filters.grid)
        until(lambda: page.filters.result is not None, "filters", 120)
        assert page.filters.result[1]["layer"] == "block2a_expand_relu"
        assert page.filters.form.range.value == (-1.0, 1.0)
        until(lambda: page.activations.result is not None, "feature maps", 120)
        assert page.activations.result.sample.shape == (224, 224, 3)
        assert not is_error(page.activations.message_line), page.activations.message
    finally:
        page.close()


@pytest.mark.parametrize("kind", [DreamStudio, slow(StyleStudio)])
@pytest.mark.slow
def test_studios_offer_it_with_all_of_its_layers(kind: Any, still: None) -> None:
    one = kind()
    one.restart.value = False
    one.longest.value, one.steps.value = 64, 2
    one.network_field.value = "efficientnet_lite0"
    one.start_button.click()
    until(lambda: finished(one).result is not None, "an image", 120)
    assert one.result[1]["network"] == "efficientnet_lite0"
    menu = [value for _, value in one.more_layers.options]
    assert {"block4c_add", "stem_conv"} <= set(menu)
    assert one.message.count("image") == 0 or not is_error(one.message_line)
    one.close()


def test_a_registered_network_is_offered_by_the_pages() -> None:
    names = [f"digit {i}" for i in range(10)]
    register_network("mine", small_cnn, scaling="unit", class_names=names, title="My digits")
    dream, filters, where = (
        DreamStudio(),
        FilterDashboard(start=False),
        WhereItLooksDashboard(start=False),
    )
    assert ("My digits", "mine") in dream.network_field.options
    assert ("My digits", "mine") in filters.network.options
    assert ("Photos, My digits", "imagenet/mine") in where.dataset.options
    for page in (dream, filters, where):
        page.close()


@pytest.mark.slow
def test_a_nested_model_s_name_is_its_last_layer_in_the_viewers(transfer_model: Any) -> None:
    images = (signed("china") + 1) * 127.5
    heat = settled(
        HeatmapViewer(transfer_model, images, methods=["grad_cam"], value_range=(0, 255))
    )
    heat.layer = "lite0"
    assert "lite0/top_relu" in settled(heat).overlay.captions[0]
    assert heat.message == ""
    filters = FilterViewer()
    filters.follow.value = False
    form = filters.form
    form.preset.value, form.count.value, form.steps.value = "book", 2, 1
    filters.layer = "lite0"
    filters.show(transfer_model)
    seen(filters.grid)
    assert settled(filters).result[1]["layer"] == "lite0/top_relu"
    for view in (heat, filters):
        view.close()
