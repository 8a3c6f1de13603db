"""The network of a studio: given, found on this machine, or trained here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._formatting import format_percent
from dlwidgets._tensorflow import is_loaded, load
from dlwidgets.training.cloning import clone
from dlwidgets.training.run import Run
from dlwidgets.vision.demo_networks import TRAININGS
from dlwidgets.vision.demo_networks import offered as trained_here
from dlwidgets.vision.features import Features, Scaling
from dlwidgets.vision.networks import PRETRAINED, Network, describe_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BOUNDARY_TIMEOUT = 60.0  # seconds


class StudioNetwork:
    """Features of chosen layers, with the newest weights.

    Args:
        model: A Keras model, a `Run` whose model is followed while it trains, or None for the
            networks that this machine has.
        scaling: What a given model expects of its pixels.

    Attributes:
        choices: The networks to choose from, by name.
        missing: Others, whose weights are not on this machine.
        chosen: The present one.
        run: The training that is followed, None where there is none or it has not begun.
        loaded: Steps and epochs of training behind the weights that `features` took last.
    """

    def __init__(self, model: Any = None, scaling: Scaling = "signed") -> None:
        self._given = model
        self.missing: list[Network] = []
        self.run: Run | None = model if isinstance(model, Run) else None
        if model is None:
            offered = [*trained_here(), *(network for network in PRETRAINED if network.found)]
            self.missing = [network for network in PRETRAINED if not network.found]
        else:
            offered = [describe_model(self.run.model if self.run else model, scaling)]
        self.choices = {network.name: network for network in offered}
        self.chosen: Network = offered[0]
        self.loaded = (0, 0.0)
        self._model: Any = None
        self._features: dict[tuple[str, ...], Features] = {}
        self._closed = False

    def choose(self, name: str) -> None:
        """Use this network from now on; called between two pictures."""
        if name == self.chosen.name:
            return
        self.leave()
        self.chosen = self.choices[name]
        self._model, self._features, self.loaded = None, {}, (0, 0.0)
        if self._given is None:
            self.run = None

    def leave(self) -> None:
        """A training that nobody else looks at may rest."""
        if self._given is None and self.chosen.trained_on:
            TRAININGS.leave(self.chosen, self)

    def close(self) -> None:
        """Leave for good, also a training that is only being begun."""
        self._closed = True
        self.leave()

    def prepare(self, say: Callable[[str], None]) -> None:
        """Load the network, or begin to train it; takes seconds at the first time."""
        if not is_loaded():
            say("Starting TensorFlow, which takes some seconds…")
            load()
        if self._given is None and self.chosen.trained_on and self.run is None:
            say("Getting ready what the network learns from…")
            self.run = TRAININGS.take(self.chosen, self)
        if self._closed:  # maybe while it was taken: whoever closed it had nothing to leave yet
            self.leave()
            return
        if self._model is None:
            say("Preparing the network…")
            self._model = self._load()

    def _load(self) -> Any:
        if self.run is not None:
            run = self.run
            copy = run.at_boundary(lambda: clone(run.model)).result(_BOUNDARY_TIMEOUT)
            if copy is None:
                message = "this Run's model cannot be copied, so it cannot be used while it trains"
                raise ValueError(message)
            return copy
        return self._given if self._given is not None else self.chosen.load()

    @property
    def step(self) -> int:
        """Steps of training done, 0 for a finished network."""
        return self.run.step_count if self.run is not None else 0

    @property
    def training(self) -> bool:
        """Whether it still learns."""
        return self.run is not None and not self.run.state.ended

    def features(self, layers: Sequence[str]) -> Features:
        """The features of these layers with the weights of now; after `prepare`."""
        if self.run is not None:
            snapshot = self.run.snapshot(_BOUNDARY_TIMEOUT)
            snapshot.load_into(self._model)
            self.loaded = snapshot.step, snapshot.epoch
        key = tuple(layers)
        found = self._features.get(key)
        if found is None:
            found = self._features[key] = Features(self._model, layers, scaling=self.chosen.scaling)
            while len(self._features) > 8:  # each holds graphs of its own
                self._features.pop(next(iter(self._features)))
        else:
            found.update()
        return found

    def describe(self) -> str:
        """What the network is and how far it is, in a sentence."""
        run = self.run
        if run is None:
            return ""
        accuracy = run.history.get("val_accuracy") or []
        right = format_percent(accuracy[-1]) if accuracy else ""
        share = f", recognises {right} of held-out samples" if accuracy else ""
        of = run.epochs_to_run
        epoch = f"epoch {min(run.epoch + 1, of)} of {of}"
        if run.state.ended:
            return f"The network's training is {run.state.value} in {epoch}{share}."
        return f"The network is learning: {epoch}{share}."
