"""The public concept widgets, one line each."""

from ._concept import Concept as Concept
from ._lesson import Step as Step
from .activation_functions import activation_functions as activation_functions
from .adversarial import adversarial as adversarial
from .augmentation import augmentation as augmentation
from .backpropagation import backpropagation as backpropagation
from .batches import batches as batches
from .clock import clock as clock
from .connections import connections as connections
from .convolution import convolution as convolution
from .dropout import dropout as dropout
from .gradient_descent import gradient_descent as gradient_descent
from .gram_matrix import gram_matrix as gram_matrix
from .initialization import initialization as initialization
from .metrics import metrics as metrics
from .one_neuron import one_neuron as one_neuron
from .playground import playground as playground
from .pooling import pooling as pooling
from .receptive_field import receptive_field as receptive_field
from .splits import splits as splits
from .temperature import temperature as temperature
from .tensors import tensors as tensors
from .text_to_vectors import text_to_vectors as text_to_vectors
from .unfolding import unfolding as unfolding
from .vectors import vectors as vectors
from .workflow import workflow as workflow
