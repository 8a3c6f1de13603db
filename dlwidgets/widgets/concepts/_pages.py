"""The concepts in the order of the Concepts page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.widgets.concepts.activation_functions import activation_functions
from dlwidgets.widgets.concepts.adversarial import adversarial
from dlwidgets.widgets.concepts.augmentation import augmentation
from dlwidgets.widgets.concepts.backpropagation import backpropagation
from dlwidgets.widgets.concepts.batch_normalization import batch_normalization
from dlwidgets.widgets.concepts.batches import batches
from dlwidgets.widgets.concepts.capacity import capacity
from dlwidgets.widgets.concepts.clock import clock
from dlwidgets.widgets.concepts.connections import connections
from dlwidgets.widgets.concepts.convolution import convolution
from dlwidgets.widgets.concepts.dropout import dropout
from dlwidgets.widgets.concepts.embeddings import embeddings
from dlwidgets.widgets.concepts.gradient_descent import gradient_descent
from dlwidgets.widgets.concepts.gram_matrix import gram_matrix
from dlwidgets.widgets.concepts.initialization import initialization
from dlwidgets.widgets.concepts.metrics import metrics
from dlwidgets.widgets.concepts.one_neuron import one_neuron
from dlwidgets.widgets.concepts.playground import playground
from dlwidgets.widgets.concepts.pooling import pooling
from dlwidgets.widgets.concepts.receptive_field import receptive_field
from dlwidgets.widgets.concepts.recurrent import recurrent
from dlwidgets.widgets.concepts.reparameterization import reparameterization
from dlwidgets.widgets.concepts.splits import splits
from dlwidgets.widgets.concepts.temperature import temperature
from dlwidgets.widgets.concepts.tensors import tensors
from dlwidgets.widgets.concepts.text_to_vectors import text_to_vectors
from dlwidgets.widgets.concepts.unfolding import unfolding
from dlwidgets.widgets.concepts.vectors import vectors
from dlwidgets.widgets.concepts.workflow import workflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.widgets.concepts._concept import Concept


@dataclass(frozen=True)
class ConceptPage:
    """One entry of the page.

    Attributes:
        title: What the list shows.
        make: Makes the widget; takes `state`.
    """

    title: str
    make: Callable[..., Concept]


PAGES: dict[str, ConceptPage] = {
    "convolution": ConceptPage(tr("Convolution"), convolution),
    "pooling": ConceptPage(tr("Pooling"), pooling),
    "connections": ConceptPage(tr("Connections"), connections),
    "receptive_field": ConceptPage(tr("Receptive field"), receptive_field),
    "one_neuron": ConceptPage(tr("One neuron"), one_neuron),
    "gradient_descent": ConceptPage(tr("Gradient descent"), gradient_descent),
    "activation_functions": ConceptPage(tr("Activation functions"), activation_functions),
    "backpropagation": ConceptPage(tr("Backpropagation"), backpropagation),
    "initialization": ConceptPage(tr("Initialization"), initialization),
    "batches": ConceptPage(tr("Batches"), batches),
    "clock": ConceptPage(tr("Clock"), clock),
    "playground": ConceptPage(tr("Neural network playground"), playground),
    "unfolding": ConceptPage(tr("Unfolding"), unfolding),
    "dropout": ConceptPage(tr("Dropout"), dropout),
    "batch_normalization": ConceptPage(tr("Batch normalization"), batch_normalization),
    "metrics": ConceptPage(tr("Metrics"), metrics),
    "splits": ConceptPage(tr("Splits"), splits),
    "capacity": ConceptPage(tr("Capacity"), capacity),
    "workflow": ConceptPage(tr("Workflow"), workflow),
    "tensors": ConceptPage(tr("Tensors"), tensors),
    "vectors": ConceptPage(tr("Vectors and matrices"), vectors),
    "gram_matrix": ConceptPage(tr("Gram matrix"), gram_matrix),
    "text_to_vectors": ConceptPage(tr("Text to vectors"), text_to_vectors),
    "embeddings": ConceptPage(tr("Embeddings"), embeddings),
    "temperature": ConceptPage(tr("Temperature"), temperature),
    "adversarial": ConceptPage(tr("Adversarial examples"), adversarial),
    "augmentation": ConceptPage(tr("Augmentation"), augmentation),
    "reparameterization": ConceptPage(tr("Reparameterization"), reparameterization),
    "recurrent": ConceptPage(tr("Recurrent cells"), recurrent),
}
