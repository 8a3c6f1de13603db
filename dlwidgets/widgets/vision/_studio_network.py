"""The network of a studio: your own, a pretrained one, or one that is trained here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from dlwidgets._canceled import CanceledError
from dlwidgets._formatting import format_percent
from dlwidgets._messages import join_messages, tr, trn
from dlwidgets._tensorflow import is_loaded, load
from dlwidgets.training.events import State
from dlwidgets.training.model_source import ModelSource
from dlwidgets.training.run import Run
from dlwidgets.training.run_engine import engine_of
from dlwidgets.vision.demo_networks import TRAININGS
from dlwidgets.vision.demo_networks import offered as demo_networks
from dlwidgets.vision.features import Features, Scaling, feature_layers
from dlwidgets.vision.networks import (
    KerasNetwork,
    Network,
    PretrainedNetwork,
    describe_model,
)
from dlwidgets.vision.registry import downloadable_networks, pretrained_networks
from dlwidgets.widgets._live.budget import DEFAULT_SHARE, budget_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets._keras_types import KerasModel

_MAX_FEATURES = 8  # sets of layers that are kept, because each has its own graphs
_DEMO_BUDGET = 50.0  # percent, of a run that has no other purpose than these images


class StudioNetwork:
    """Features of some layers of a network, with the newest weights.

    Args:
        source: A Keras model, a `Run` to follow, or None for the networks that dlwidgets knows.
        scaling: The pixel values that your own model expects.
        layers: Which layers of your own model to use; arguments of `describe_model`.
        first: The name of the network that is selected first, of those that dlwidgets knows.

    Attributes:
        choices: The networks to choose from, by name.
        missing: Networks whose weights aren't on this machine, and can be downloaded.
        layers: All layers of the selected network that have feature maps; empty until it is
            prepared, and as long as it `waits`.
        chosen: The selected network.
        run: The Run that is followed; None if there isn't one, or it hasn't been created yet.
        models: The `ModelSource` of the selected network; None until it is prepared.
        source: The Run or the model of the selected network; None until it is prepared.
        begin: Starts the run of a network, for a page that records it; None for one that doesn't.
        may_begin: Returns whether a run may begin, which a page asks its user first.
        at: Returns the recorded step whose weights are used; None for the newest ones.
    """

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        scaling: Scaling = "signed",
        layers: dict[str, Any] | None = None,
        first: str = "",
    ) -> None:
        self._given = source
        self.missing: list[KerasNetwork] = []
        self.layers: list[str] = []
        self.run: Run | None = source if isinstance(source, Run) else None
        self._describe_own: Callable[[KerasModel], Network] | None = None
        if source is None:
            found = [network for network in pretrained_networks() if network.found]
            offered: list[Network] = [*demo_networks(), *found]
            offered.sort(key=lambda network: network.name != first)
            self.missing = downloadable_networks()
        else:
            name = str(getattr(self.run.model if self.run is not None else source, "name", ""))
            offered = [Network(name, name, scaling, {}, "", ())]
            self._describe_own = partial(describe_model, scaling=scaling, **(layers or {}))
        self.choices = {network.name: network for network in offered}
        self.chosen: Network = offered[0]
        self.models: ModelSource | None = None
        self.source: KerasModel | Run | None = None
        self.begin: Callable[[Network], Run] | None = None
        self.may_begin: Callable[[], bool] = lambda: True
        self.at: Callable[[], int | None] = lambda: None
        self._used_step = 0
        self._features: dict[tuple[str, ...], tuple[Any, Features]] = {}
        self._closed = False
        if source is not None:
            ModelSource(source).use_now(self.note_layers)

    @property
    def waits(self) -> bool:
        """Whether the layers of your own model aren't known yet, since a run trains it."""
        return self._describe_own is not None

    def note_layers(self, model: KerasModel) -> bool:
        """Note the layers of your own model, unless they are known.

        Args:
            model: What a `ModelSource` hands out, and while it does: a graph of a model's own
                blocks calls them, which mustn't meet its training.

        Returns:
            Whether they hadn't been known before.

        Raises:
            LayerError: A layer that was asked for doesn't exist, or has no feature maps.
            ValueError: The model has no layers with feature maps, or doesn't take images.
        """
        if self._describe_own is None:
            return False
        name, network = self.chosen.name, self._describe_own(model)
        self.layers = feature_layers(model)
        self.chosen, self.choices = network, {name: network}
        self._describe_own = None
        return True

    def choose(self, name: str) -> None:
        """Select another network; call `prepare` before it is used.

        Args:
            name: A name of `choices`.
        """
        if name == self.chosen.name:
            return
        self._leave()
        self.chosen = self.choices[name]
        self.models, self._features, self._used_step = None, {}, 0
        self.source, self.layers = None, []
        if self._given is None:
            self.run = None

    def close(self) -> None:
        """Let the run of a network pause, also one that is just being created."""
        self._closed = True
        self._leave()

    def prepare(self, say: Callable[[str], None]) -> None:
        """Load the network, or start to train it. The first time takes seconds.

        Where a run may not begin yet, it does nothing, and is called again when it may.

        Args:
            say: Called with what happens.
        """
        if not is_loaded():
            say(tr("Starting TensorFlow, which takes a few seconds…"))
            load()
        if self._given is None and self.chosen.trained_on and self.run is None:
            if not self.may_begin():
                return
            say(tr("Preparing the training data…"))
            self.run = TRAININGS.take(self.chosen, self, self.begin)
            budget = budget_of(self.run)
            if budget.share == DEFAULT_SHARE:
                budget.choose(_DEMO_BUDGET)
        if self._closed:  # maybe while the run was created: `close` had nothing to leave yet
            self._leave()
            return
        if self.models is None:
            say(tr("Preparing the network…"))
            source = self.run or self._given
            if source is None:
                assert isinstance(self.chosen, PretrainedNetwork), "it has a run else"
                source = self.chosen.load()
                self.layers = feature_layers(source)
            elif self._given is None:
                self.layers = self.chosen.layers
            self.models, self.source = ModelSource(source), source

    def features(self, layers: Sequence[str]) -> Features:
        """Return the features of some layers with the newest weights.

        Args:
            layers: Names of the layers.

        Raises:
            CanceledError: The network isn't prepared, because another one was selected.
            LayerError: A layer doesn't exist, or has no feature maps.
        """
        models = self.models
        if models is None:
            raise CanceledError
        models.refresh(at=self.at())
        return models.use(lambda model: self._features_of(model, tuple(layers), models.step))

    @property
    def step(self) -> int:
        """Training steps done so far, 0 for a finished network."""
        return self.run.step_count if self.run is not None else 0

    @property
    def used_step(self) -> int:
        """Training steps of the weights that `features` took last, 0 for a finished network."""
        return self._used_step

    @property
    def outgrown(self) -> bool:
        """Whether `features` took weights of the first half epoch, and the network has learned."""
        if self.run is None or self.run.epoch < 1 or self.at() is not None:
            return False
        length = engine_of(self.run).recorder.steps_per_epoch
        return length is not None and 2 * self._used_step < length

    def describe(self) -> str:
        """Return how far the network has been trained; "" for a finished network."""
        run = self.run
        if run is None:
            return ""
        of = run.epochs_to_run
        place = {"epoch": min(run.epoch + 1, of), "epochs": of}
        state = {
            State.FINISHED: tr("The network's run finished in epoch {epoch} of {epochs}.", **place),
            State.STOPPED: tr(
                "The network's run was stopped in epoch {epoch} of {epochs}.", **place
            ),
            State.FAILED: tr("The network's run failed in epoch {epoch} of {epochs}.", **place),
        }.get(run.state, tr("The network is training: epoch {epoch} of {epochs}.", **place))
        accuracy = run.history.get("val_accuracy") or []
        if not accuracy:
            return state
        share = format_percent(accuracy[-1])
        correct = tr("It classifies {share} of the held-out samples correctly.", share=share)
        return join_messages([state, correct])

    def describe_used(self, name: str, steps: int) -> str:
        """Return the network of an image, and how far it had been trained.

        Args:
            name: A name of `choices`.
            steps: Training steps of the weights, 0 for a finished network.
        """
        title = self.choices[name].title if name in self.choices else name
        network = tr("{label}: {value}", label=tr("Network"), value=title)
        learns = isinstance(self._given, Run) or (
            name in self.choices and bool(self.choices[name].trained_on)
        )
        if not steps and not learns:
            return network
        trained = trn("after {n} training step", "after {n} training steps", steps)
        return join_messages([network, trained], ", ")

    def _leave(self) -> None:
        """Let the run of this network pause, unless another page uses it."""
        if self._given is None and self.chosen.trained_on:
            TRAININGS.leave(self.chosen, self)

    def _features_of(self, model: KerasModel, layers: tuple[str, ...], step: int) -> Features:
        self._used_step = max(step, 0)
        of, found = self._features.get(layers, (None, None))
        if found is not None and of is model:
            found.update()
            return found
        made = Features(model, layers, scaling=self.chosen.scaling)
        self._features[layers] = model, made
        while len(self._features) > _MAX_FEATURES:
            self._features.pop(next(iter(self._features)))
        return made
