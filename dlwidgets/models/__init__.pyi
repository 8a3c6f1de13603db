"""The public names, each with its module."""

from .builders import batch_norm_cnn as batch_norm_cnn
from .builders import line_neuron as line_neuron
from .builders import mlp as mlp
from .builders import small_cnn as small_cnn
from .choices import OPTIMIZERS as OPTIMIZERS
from .choices import Choice as Choice
from .choices import choices as choices
from .choices import compiled as compiled
from .gan import GAN as GAN
from .gan_builders import dcgan as dcgan
from .gan_builders import small_gan as small_gan
from .gan_builders import toy_gan as toy_gan
from .named import NamedModel as NamedModel
from .named import catalog as catalog
from .pretrained_cnn import pretrained_cnn as pretrained_cnn
from .text import char_gru as char_gru
from .text import char_lstm as char_lstm
from .vae import VAE as VAE
from .vae_builders import conv_vae as conv_vae
from .vae_builders import dense_vae as dense_vae
