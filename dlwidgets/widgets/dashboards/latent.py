"""The Latent space page: train a VAE, change β meanwhile, and walk through what it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets import models
from dlwidgets._tensorflow import load_keras, warm_up
from dlwidgets.widgets._fields.labeled import (
    batch_size_field,
    data_field,
    epochs_field,
    field,
    page_form,
    remark,
    seed_field,
)
from dlwidgets.widgets.dashboards._page import RunLauncher, TrainingPage
from dlwidgets.widgets.generate.latent_explorer import LatentExplorer
from dlwidgets.widgets.training.panel import TrainingPanel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change

_DATASETS = ("digits", "mnist", "fashion_mnist")
_MODELS = {"dense_vae": "Dense VAE 128-64", "conv_vae": "Convolutional VAE (the book's)"}
_BETAS = (0.0, 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 1.0, 2.0, 4.0, 8.0, 16.0)
_EPOCHS = {"digits": 300}
_LEARNING_RATES = {"dense_vae": 2e-3, "conv_vae": 1e-3}


class LatentDashboard(TrainingPage, ipywidgets.VBox):
    """A VAE from its first step on: its latent plane, its grid, and its two losses.

    Args:
        start: Begin to train at once, so that the page is alive when it opens.

    Attributes:
        panel: The `TrainingPanel`.
        explorer: The `LatentExplorer`.
        run: The present Run, None before the first.

    Example:
        >>> dl.LatentDashboard()  # doctest: +SKIP
    """

    def __init__(self, *, start: bool = True) -> None:
        self.dataset = data_field(_DATASETS)
        self.model = field(
            ipywidgets.Dropdown, "Model", options=[(title, name) for name, title in _MODELS.items()]
        )
        self.latent_dim = field(
            ipywidgets.Dropdown,
            "Latent size",
            options=[2, 3, 4, 8, 16],
            value=2,
            tooltip="Numbers in a latent vector; with more than two, choose a plane below the map",
        )
        self.beta = field(
            ipywidgets.SelectionSlider,
            "β",
            value=0.2,
            options=[(f"{v:g}", v) for v in _BETAS],
            tooltip="Weight of the KL divergence; acts at the next step",
        )
        self.beta_note = remark()
        self.batch_size, self.epochs = batch_size_field(64), epochs_field(300)
        self.seed = seed_field()
        note = remark("β acts on the running training; everything else at the next Start.")
        fields = (
            self.beta,
            self.dataset,
            self.model,
            self.latent_dim,
            self.batch_size,
            self.epochs,
            self.seed,
        )
        form = page_form(fields, self.beta_note, note)
        self.panel = TrainingPanel(
            on_start=self._start, empty_text="Press Start: every step's loss appears here."
        )
        self._starter = RunLauncher(self.panel.bar, "start-vae")
        self.panel.bar.model_name = _MODELS[self.model.value]
        self.explorer = LatentExplorer()
        # The map between bar and charts: it is what the page is about.
        super().__init__([form, self.panel.bar, self.explorer, *self.panel.children[1:]])
        self.add_class("dlw-page")
        self.beta.observe(self._beta_changed, "value")
        self.dataset.observe(self._data_changed, "value")
        for control in (self.dataset, self.latent_dim):
            control.observe(self._describe_beta, "value")
        self._describe_beta()
        warm_up()
        if start:
            self.panel.bar.when_seen(self._start)

    def _beta_changed(self, change: Change[float]) -> None:
        if self.run is not None:
            self.run.model.beta = change["new"]

    def _data_changed(self, change: Change[str]) -> None:
        self.epochs.value = _EPOCHS.get(change["new"], 10)

    def _describe_beta(self, _change: Change[object] | None = None) -> None:
        pixels = 64 if self.dataset.value == "digits" else 784
        # What book_beta computes; importing that module would wait for TensorFlow.
        book = 2 * 5e-4 * pixels / self.latent_dim.value
        self.beta_note.value = (
            f"β = 1 is the variational bound; the book's weights amount to β = {book:.2g}."
        )

    def _views(self) -> Sequence[ipywidgets.Widget]:
        return (self.explorer,)

    def _start(self) -> None:
        self._starter.begin(self._begin)

    def _begin(self) -> Run:
        """Load the data, build the model, and begin; on the worker's thread."""
        from dlwidgets.training import fit

        name, kind = self.dataset.value, self.model.value
        loaded = self._starter.load(name)
        keras = load_keras()
        keras.utils.set_random_seed(self.seed.value)
        build: Any = models.conv_vae if kind == "conv_vae" else models.dense_vae
        vae = build(
            loaded.input_shape, self.latent_dim.value, beta=self.beta.value, seed=self.seed.value
        )
        vae.compile(keras.optimizers.Adam(_LEARNING_RATES[kind]))
        run = fit(
            vae,
            loaded.x_train,
            epochs=self.epochs.value,
            batch_size=self.batch_size.value,
            validation_data=(loaded.x_test[:1000], None),
            validation_batch_size=500,
            start=False,
        )
        self.panel.show(run)
        self.explorer.show(
            images=loaded.x_test, labels=loaded.y_test, class_names=loaded.class_names, run=run
        )
        run.start()
        vae.beta = self.beta.value  # moved meanwhile
        return run
