"""Things to try on the pages that generate texts and images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.widgets.dashboards._tries import Try

if TYPE_CHECKING:
    from dlwidgets.widgets.dashboards.gan import GanDashboard
    from dlwidgets.widgets.dashboards.latent import LatentDashboard


def _other_beta(page: LatentDashboard) -> None:
    page.beta.value = 16.0 if page.beta.value == 0 else 0.0


def _path(page: LatentDashboard) -> None:
    """Put the ends of the path on a 1 and on an 8."""
    page.put_ring_on(1)
    page.explorer.path.start.click()
    page.put_ring_on(8)
    page.explorer.path.end.click()


def _first_image(page: GanDashboard) -> str:
    if not page.monitor.grid.count:
        return tr("No image is selected: there are none yet.")
    page.monitor.grid.selected = 0
    return tr("The first image is selected.")


def _from_1_to_7(page: LatentDashboard) -> None:
    concept = page.explorer.concept
    classes = [value for _, value in concept.a.options]
    if 1 in classes and 7 in classes:
        concept.a.value, concept.b.value = 1, 7
        page.put_ring_on(1)


TEXT = (
    Try(
        text=tr(
            "**Four temperatures.** Continue the seed text at four temperatures. At 0.2 the text "
            "repeats itself, at 1.2 it contains invented words. The book finds 0.5 the most "
            "interesting."
        ),
        act=lambda page: page.sampler.compare(),
        watch=lambda page: page.sampler,
    ),
    Try(
        text=tr(
            "**Surprises.** Strong marks are surprises: characters that the network gave a low "
            "probability. Most of them are at the beginnings of words. Once a word has begun, its "
            "rest is easy to predict. Point at a character to see which others were more probable."
        ),
        settings={"temperature": 0.5},
        act=lambda page: page.sampler.generate(),
        watch=lambda page: page.sampler.stream,
    ),
    Try(
        text=tr(
            "**The same random numbers.** Keep the random seed and change the temperature: the "
            "texts begin alike and diverge where the temperature changes the sampled character. "
            "The same seed and settings give the same text again, character by character."
        ),
        settings={"seed": 1},
        act=lambda page: page.sampler.compare(),
        watch=lambda page: page.sampler,
    ),
    Try(
        text=tr(
            "**Window or state.** For each character that it writes, the book's code runs the "
            "network on the last 60 characters again. Keeping the state of the recurrent layer "
            "instead gives the same probabilities at first and is a hundred times faster. "
            "*Context* switches between the two."
        ),
        settings={"mode": True},
        act=lambda page: page.sampler.generate(),
        watch=lambda page: page.sampler.stream,
    ),
    Try(
        text=tr(
            "**The book's model.** The book's LSTM learns from one character per window, the GRU "
            "here from every position. That is why it needs so much longer."
        ),
        settings={"model": "lstm"},
        run=True,
        watch=lambda page: page.panel,
    ),
    Try(
        text=tr(
            "**Another text.** Upload your own text: half a megabyte is better than ten kilobytes. "
            "Is the loss below the *entropy* of the bars that the page begins with? (The loss is "
            "in nats; multiply it by 1.44 to get bits.) If so, the network has learned more than "
            "how often each character occurs."
        ),
        watch=lambda page: page.upload,
    ),
)

LATENT = (
    Try(
        text=tr(
            "**β, during training.** The loss has two parts. *Reconstruction* measures how much "
            "the reconstructed images differ from the originals. *KL divergence* measures how far "
            "the latent vectors are from a normal distribution around the center; β is its weight. "
            "Set β to 0: the latent vectors move far apart, and the points between them have no "
            "meaning. Set it to 16: all latent vectors fall into the center, and every image looks "
            "the same. A value in between gives a map without holes. Thin rings show where the "
            "latent vectors were before."
        ),
        act=_other_beta,
        watch=lambda page: page.explorer.pad,
    ),
    Try(
        text=tr(
            "**An image and its reconstruction.** Put the ring on the latent vector of a 4: the "
            "original appears beside its reconstruction. Click other dots, and find one that is "
            "reconstructed as another digit."
        ),
        act=lambda page: page.put_ring_on(4),
        watch=lambda page: page.explorer.pad,
    ),
    Try(
        text=tr(
            "**A path.** Put A on a 1 and B on an 8. Press *Play*: the ring travels on the "
            "straight line between them, and the strip shows the images on the way. Drag A and B "
            "elsewhere."
        ),
        act=_path,
        watch=lambda page: page.explorer.pad,
    ),
    Try(
        text=tr(
            "**A concept vector.** The mean latent vector of all 7s minus the mean latent vector "
            "of all 1s is the direction from 1 to 7. Added to any latent vector, it makes the "
            "image more like a 7. Move *Strength*."
        ),
        act=_from_1_to_7,
        watch=lambda page: page.explorer.concept,
    ),
    Try(
        text=tr(
            "**More dimensions.** Train with latent vectors of 8 numbers. The reconstructions are "
            "sharper. The plane shows only two of the eight dimensions: choose which, and change "
            "the others with sliders."
        ),
        settings={"latent_dim": 8},
        run=True,
        watch=lambda page: page.explorer,
    ),
    Try(
        text=tr(
            "**The book's network.** Take the convolutional VAE and *MNIST*, if the data is on "
            "this machine, and press Start. The first epoch takes minutes on a CPU."
        ),
        settings={"model": "conv_vae"},
        watch=lambda page: page.panel.bar,
    ),
)

GAN = (
    Try(
        text=tr(
            "**A discriminator that is too good.** With a generator's learning rate of 0.00001 and "
            "without label noise and dropout, the accuracies rise to 100%, the generator's loss "
            "rises, and the page shows a warning. Now raise the generator's learning rate to 0.001 "
            "during training: the generator catches up within a few hundred steps."
        ),
        settings={"g_learning_rate": 1e-5, "label_noise": 0, "dropout": 0},
        run=True,
        watch=lambda page: page.monitor,
    ),
    Try(
        text=tr(
            "**Mode collapse.** With a learning rate of 0.0001 for the discriminator and 0.05 for "
            "the generator, the generator gets ahead of the discriminator, finds one image that is "
            "classified as real, and generates only that one. The third chart falls to 1."
        ),
        settings={"d_learning_rate": 1e-4, "g_learning_rate": 0.05},
        run=True,
        watch=lambda page: page.monitor,
    ),
    Try(
        text=tr(
            "**The scale of the data.** The generator ends in tanh, so its pixels lie between −1 "
            "and 1. The book's printed code scales the real ones to 0…1. Train with them *as "
            "printed in the book*: after 60 epochs the discriminator is right about nine out of "
            "ten real images, and the generator's loss is near 3.8 rather than 0.9."
        ),
        settings={"output": "mismatch"},
        run=True,
        watch=lambda page: page.monitor,
    ),
    Try(
        text=tr(
            "**One technique at a time.** After 100 epochs without dropout, the discriminator is "
            "right about eight out of ten images; with dropout, about six or seven. The "
            "generator's loss is 1.6 instead of 0.9, and the digits are still recognizable. "
            "Without label noise or without clipping, hardly anything changes here. These "
            "techniques are meant for runs that fail, and were found with larger networks."
        ),
        settings={"dropout": 0},
        run=True,
        watch=lambda page: page.monitor,
    ),
    Try(
        text=tr(
            "**Memorized?** Look at the real digits that are nearest to an image: if the nearest "
            "differs by 0%, the generator has copied it. Click others. After 20 epochs the nearest "
            "real digit differs by 20% on average, after 300 epochs by 15%, and the most similar "
            "pair by 9%. So these digits are new."
        ),
        act=_first_image,
        watch=lambda page: page.monitor.grid,
    ),
    Try(
        text=tr(
            "**Everything in one plane.** In the *Ring of 8 Gaussians* the real data are points "
            "around eight places, and so are the generator's. Behind them, blue is where the "
            "discriminator says real. Watch it chase the points, and the generated points move to "
            "where it is blue."
        ),
        settings={"dataset": "ring"},
        run=True,
        watch=lambda page: page.monitor.plane,
    ),
    Try(
        text=tr(
            "**Mode collapse, seen.** Take the same ring, and let the generator learn ten times as "
            "fast as the discriminator. It puts all of its points where the discriminator is "
            "fooled at the moment, and runs from place to place instead of covering all eight."
        ),
        settings={"dataset": "ring", "d_learning_rate": 5e-4, "g_learning_rate": 5e-3},
        run=True,
        watch=lambda page: page.monitor.plane,
    ),
)
