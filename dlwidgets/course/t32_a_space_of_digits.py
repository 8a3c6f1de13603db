"""A space of digits: the variational autoencoder of "Deep Learning with Python", 8.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.course.tutorial import Row, System, Tutorial
from dlwidgets.models import conv_vae

if TYPE_CHECKING:
    from dlwidgets.course.lab import Lab

SOURCE = "Deep Learning with Python, 8.4"


def vae(lab: Lab) -> dict[str, float]:
    """The convolutional VAE on MNIST, 10 epochs of batches of 16."""
    mnist = lab.load("mnist").normalized()
    model = conv_vae(latent_dim=2, seed=lab.seed)
    model.compile("rmsprop")
    run = lab.fit(
        model,
        mnist.x_train,
        epochs=10,
        batch_size=16,
        validation_data=(mnist.x_test, None),
        name="Convolutional VAE",
    )
    return {
        "parameters": model.count_params(),
        "updates": run.step_count,
        **{name: run.history[name][-1] for name in ("loss", "val_loss")},
    }


_NO_LOSS = tr("The source prints no loss. Here it is in nats per image.")

TUTORIAL = Tutorial(
    number=32,
    rows=(
        Row(
            system="vae",
            figure="parameters",
            title=tr("Parameters"),
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="vae",
            figure="updates",
            title=tr("Updates of the weights"),
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="vae",
            figure="loss",
            title=tr("Training loss, last epoch"),
            where=SOURCE,
            why=_NO_LOSS,
            metric="loss",
            digits=1,
        ),
        Row(
            system="vae",
            figure="val_loss",
            title=tr("Validation loss, last epoch"),
            where=SOURCE,
            why=_NO_LOSS,
            metric="val_loss",
            digits=1,
        ),
    ),
    systems=(System("vae", vae, tr("MNIST, convolutional VAE, 10 epochs"), seeds=1),),
)
