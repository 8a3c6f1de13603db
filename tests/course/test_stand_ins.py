"""Made-up texts: as learnable as they are meant to be, and the same each time."""

from __future__ import annotations

import numpy as np

from dlwidgets.course.stand_ins import TOPICS, reviews, stories, weather


def test_reviews_can_be_told_apart_by_their_words_but_not_without_mistakes() -> None:
    made_up, ranks = reviews(400, 100)
    assert made_up.x_train.shape == (400,)
    assert set(np.unique(made_up.y_test)) == {0, 1}
    good, bad = ranks["great"], ranks["bad"]
    with_good, with_bad = (
        made_up.y_train[[rank in review for review in made_up.x_train]].mean()
        for rank in (good, bad)
    )
    assert 0.55 < with_good < 0.95
    assert 0.05 < with_bad < 0.45


def test_stories_have_topics_of_very_different_sizes() -> None:
    made_up = stories(1_500, 300)
    sizes = np.sort(np.bincount(made_up.y_train, minlength=TOPICS))
    assert sizes[-1] > 20 * max(1, sizes[0])
    assert max(max(story) for story in made_up.x_train) < 9_997


def test_they_are_the_same_each_time() -> None:
    assert reviews(20, 5)[0].x_train.tolist() == reviews(20, 5)[0].x_train.tolist()
    assert stories(20, 5, seed=1).x_train.tolist() != stories(20, 5).x_train.tolist()


def test_weather_has_seasons_and_days_and_is_hard_to_foresee() -> None:
    made_up = weather()
    temperature = made_up.column()
    assert temperature[4_000:4_500].mean() > temperature[:500].mean() + 10
    by_hour = temperature[:8_712].reshape(-1, 24).mean(axis=0)
    assert by_hour.argmax() in range(13, 18)
    windows = made_up.windows(120, 24, step=3)
    assert 1.5 < windows.baseline() * windows.unit < 5
    np.testing.assert_array_equal(weather(50).values, weather(50).values)
