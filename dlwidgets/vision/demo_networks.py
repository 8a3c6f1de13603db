"""The small networks that a page trains itself, each once per process."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets import data
from dlwidgets.models.patch_net import colored_digits, patch_net, photo_patches
from dlwidgets.training.events import State
from dlwidgets.vision.images import photographs
from dlwidgets.vision.networks import DEMO_NETWORKS, Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.training.run import Run

SAMPLES, HELD_OUT, EPOCHS = 4000, 500, 20
_SEED = 1


def offered() -> list[Network]:
    """Return those of `DEMO_NETWORKS` whose data is on this machine, the photographs first."""
    there = data.available()
    return [
        network
        for network in DEMO_NETWORKS
        if network.trained_on == "photographs" or there[network.trained_on].local
    ]


def samples(trained_on: str) -> tuple[tuple[NDArray[Any], NDArray[Any]], tuple[Any, Any]]:
    """Return the training data of a network.

    Args:
        trained_on: As for `Network`.

    Returns:
        Images and classes, for training and held out: float32 of shape (n, 32, 32, 3), −1 to 1.

    Raises:
        DataNotFoundError: The data set is not on this machine.
    """
    if trained_on == "photographs":
        images = [image.pixels for image in photographs().values()]
        return photo_patches(images, SAMPLES), photo_patches(images, HELD_OUT, seed=1)
    found = data.load(trained_on, download_missing=False)
    # A smaller data set is used several times, in other colors each time.
    order = np.arange(SAMPLES) % len(found.x_train)
    x, y = found.x_train[order], found.y_train[order].ravel()
    x_test, y_test = found.x_test[:HELD_OUT], found.y_test[:HELD_OUT].ravel()
    low, high = found.value_range
    x, x_test = ((a.astype("float32") - low) / (high - low) for a in (x, x_test))
    if x.shape[-1] == 3:
        return (x * 2 - 1, y), (x_test * 2 - 1, y_test)
    return (colored_digits(x), y), (colored_digits(x_test, seed=1), y_test)


@dataclass
class _Training:
    run: Run
    users: weakref.WeakSet[Any] = field(default_factory=weakref.WeakSet)
    paused_here: bool = False  # because it wasn't in use


class Trainings:
    """One Run per network: started when first used, and paused while not in use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, _Training] = {}

    def take(
        self,
        network: Network,
        user: Any,
        begin: Callable[[Network], Run] | None = None,
        *,
        anew: bool = False,
    ) -> Run:
        """Return the run of a network; it is started or resumed.

        Args:
            network: One of `DEMO_NETWORKS`.
            user: The widget that uses it; held weakly.
            begin: Starts it, for a page that records it. None for a run that isn't recorded.
            anew: Begin also in place of one that has finished.
        """
        with self._lock:
            training = self._running.get(network.name)
            again = (State.STOPPED, State.FAILED, *((State.FINISHED,) if anew else ()))
            if training is None or training.run.state in again:
                # One that was stopped, or that failed, is started again.
                training = self._running[network.name] = _Training((begin or _begin)(network))
            training.users.add(user)
            if training.paused_here:
                training.paused_here = False
                if not training.run.state.ended:
                    training.run.resume()
            return training.run

    def leave(self, network: Network, user: Any) -> None:
        """Say that a user doesn't need it any more; after the last one it pauses."""
        with self._lock:
            training = self._running.get(network.name)
            if training is None:
                return
            training.users.discard(user)
            if not training.users and training.run.state is State.RUNNING:
                training.paused_here = True
                training.run.pause()


def arguments_of(
    network: Network,
) -> tuple[KerasModel, tuple[NDArray[Any], NDArray[Any]], dict[str, Any]]:
    """Return what a network is trained with.

    Args:
        network: One of `DEMO_NETWORKS`.

    Returns:
        The compiled model, its training data, and other arguments of `dl.fit` by name.
    """
    train, held_out = samples(network.trained_on)
    model = patch_net(int(train[1].max()) + 1, seed=_SEED)
    # The samples are in random order: without shuffling, the same step has the same weights.
    given = {"batch_size": 64, "epochs": EPOCHS, "validation_data": held_out, "shuffle": False}
    return model, train, given


def _begin(network: Network) -> Run:
    from dlwidgets.training import fit

    model, train, given = arguments_of(network)
    return fit(model, *train, **given)


TRAININGS = Trainings()
"""The runs of this process."""
