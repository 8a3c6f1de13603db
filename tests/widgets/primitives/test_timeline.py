"""The timeline: what it sends of snapshots, and what it lets the page do."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from dlwidgets._messages import tr
from dlwidgets.widgets.primitives.chart import Chart
from dlwidgets.widgets.primitives.timeline import LIVE, MAX_SNAPSHOTS, Timeline
from tests.helpers.page import from_page, messages, set_on_page, state_of


def timeline(steps: list[int] | None = None) -> Timeline:
    made = Timeline()
    chosen = [0, 100, 200, 400] if steps is None else steps
    made.show_snapshots(chosen, [step / 100 for step in chosen], last_step=450)
    return made


def sent(made: Timeline) -> tuple[list[int], list[float]]:
    trait = state_of(made, "snapshots")
    steps, epochs = (
        np.frombuffer(trait[name], kind) for name, kind in (("steps", "<u4"), ("epochs", "<f4"))
    )
    assert len(steps) == len(epochs) == trait["count"]
    return steps.tolist(), epochs.tolist()


def test_snapshots_travel_as_binary_numbers() -> None:
    assert sent(timeline()) == ([0, 100, 200, 400], [0.0, 1.0, 2.0, 4.0])


def test_times_travel_for_the_charts_that_it_leads() -> None:
    made, chart = Timeline(), Chart()
    made.show_snapshots([0, 100], [0.0, 1.0], last_step=150, times=[0.0, 2.5])
    made.lead([chart])
    assert np.frombuffer(state_of(made, "snapshots")["times"], "<f4").tolist() == [0.0, 2.5]
    assert state_of(made, "charts") == [chart.model_id]


def test_nothing_is_sent_again_as_long_as_it_is_the_same() -> None:
    made = timeline()
    made.comm.sent.clear()
    made.show_snapshots([0, 100, 200, 400], [0, 1, 2, 4], last_step=460)
    states = [data["state"] for _, data, _ in made.comm.sent if "state" in data]
    assert states == [{"last_step": 460}]


def test_a_thinned_recording_is_sent_again() -> None:
    made = timeline()
    made.show_snapshots([0, 200, 400, 500], [0, 2, 4, 5], last_step=500)
    assert sent(made)[0] == [0, 200, 400, 500]


def test_a_saved_notebook_stays_small_with_any_number_of_snapshots() -> None:
    made = Timeline()
    many = np.arange(1_000_000)
    made.show_snapshots(many, many / 1000, last_step=10**6, epoch_ends=many[1::1000])
    steps, _ = sent(made)
    assert len(steps) == MAX_SNAPSHOTS
    assert (steps[0], steps[-1]) == (0, 999_999)
    state = made.get_state()
    size = sum(len(bytes(v)) for t in ("snapshots", "epoch_ends") for v in _binary(state[t]))
    assert size * 4 / 3 < 50_000
    assert len(json.dumps({k: v for k, v in state.items() if not isinstance(v, dict)})) < 2000


def _binary(trait: dict[str, Any]) -> list[Any]:
    return [value for value in trait.values() if isinstance(value, memoryview)]


def test_as_many_epochs_as_steps() -> None:
    with pytest.raises(
        ValueError, match=r"one epoch per snapshot\. Received: 2 steps and 1 epochs"
    ):
        Timeline().show_snapshots([1, 2], [0.5], last_step=2)


def test_the_page_goes_to_the_nearest_snapshot_and_back_to_the_present() -> None:
    made, gone = timeline(), []
    made.on_seek(gone.append)
    from_page(made, {"type": "seek", "step": 180, "asked": 1})
    assert made.position == 200
    from_page(made, {"type": "seek", "step": -1, "asked": 2})
    assert made.position == LIVE
    assert gone == [200, None]
    made.answer()
    assert [content["asked"] for content, _ in messages(made, "answered")] == [2]


@pytest.mark.parametrize(
    "content",
    [
        {"step": "200", "asked": 1},
        {"step": float("nan"), "asked": 1},
        {"step": 10**400, "asked": 1},
        {"step": 200},
        {"step": 200, "asked": -1},
        {"step": True, "asked": 1},
    ],
)
def test_what_is_no_step_moves_nothing(content: dict[str, Any]) -> None:
    made, gone = timeline(), []
    made.on_seek(gone.append)
    from_page(made, {"type": "seek", **content})
    assert (made.position, gone) == (LIVE, [])


def test_without_snapshots_there_is_only_the_present() -> None:
    made, gone = Timeline(), []
    made.on_seek(gone.append)
    from_page(made, {"type": "seek", "step": 5, "asked": 1})
    assert (made.position, gone) == (LIVE, [None])


def test_the_page_sets_the_speed_and_nothing_else() -> None:
    made = timeline()
    set_on_page(made, speed=20, position=7, last_step=3)
    assert (made.speed, made.position, made.last_step) == (20, LIVE, 450)
    set_on_page(made, speed=1000)
    assert made.speed == 20


def test_films_are_asked_for_by_their_number_and_always_answered() -> None:
    made, asked = timeline(), []
    made.films, made.film_ids = [tr("Activations"), tr("Heat maps")], [4, 9]
    from_page(made, {"type": "film", "film": 9, "request": 5})
    made.on_film(lambda film, request: asked.append((film, request)))
    for film, request in ((9, 7), ("9", 8), (9, -1), (9, None)):
        from_page(made, {"type": "film", "film": film, "request": request})
    made.film_busy = True
    from_page(made, {"type": "film", "film": 9, "request": 9})
    assert asked == [(9, 7)]
    assert [content["request"] for content, _ in messages(made, "film_canceled")] == [5, 8, 9]
    made.send_film(7, "film.gif", b"GIF89a")
    ((content, buffers),) = messages(made, "film")
    assert (content["request"], content["name"], buffers) == (7, "film.gif", [b"GIF89a"])
    made.refuse_film(8, ValueError("No images."))
    ((content, _),) = messages(made, "film_error")
    assert "No images." in str(content["text"])


def test_clear_forgets_the_run() -> None:
    made = timeline()
    made.position, made.lives = 100, True
    made.clear()
    assert (made.position, made.last_step, made.lives, state_of(made, "snapshots")) == (
        LIVE,
        0,
        False,
        {},
    )
