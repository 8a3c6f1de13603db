"""Made-up texts: as learnable as they are meant to be, and the same each time."""

from __future__ import annotations

import numpy as np

from dlwidgets.course.stand_ins import TOPICS, reviews, stories


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
