"""The small networks that pages train: one Run for all who look, and a new one when it is gone."""

from __future__ import annotations

import time

from dlwidgets.vision.demo_networks import Trainings, offered


class Visitor:
    """Somebody who looks at a network."""


def test_a_training_that_was_stopped_begins_anew() -> None:
    trainings, network = Trainings(), offered()[0]
    one, other = Visitor(), Visitor()
    run = trainings.take(network, one)
    try:
        assert trainings.take(network, other) is run
        run.stop()
        run.wait(120)
        trainings.leave(network, one)
        again = trainings.take(network, one)
        assert again is not run
        assert not again.state.ended
        again.stop()
        again.wait(120)
    finally:
        deadline = time.monotonic() + 60
        while not run.state.ended and time.monotonic() < deadline:
            time.sleep(0.05)
