"""An image that a small change of each pixel turns into another class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Unicode

from dlwidgets.concepts import _adversarial as engine
from dlwidgets.concepts import _adversarial_models as models
from dlwidgets.concepts._digit_networks import SIDE, keras_model
from dlwidgets.concepts._pictures import digits
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets.concepts._concept import Concept
from dlwidgets.widgets.concepts._picture import picture_traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.concepts._lesson import Step

_KEY = ("image", "digit", "method", "target", "steps", "seed")
"""What changes an attack; `model.ts` names the same."""


class Adversarial(Concept):
    """An image that is attacked, as `dl.concepts.adversarial` makes it."""

    concept = "adversarial"
    fields = engine.FIELDS
    parts = (
        *("image", "network", "target", "method", "epsilon", "seed"),
        *("input", "attack", "noise", "chart", "notes"),
    )
    events = ("flipped",)
    steps = ("flip", "noise", "target", "linear", "iterative", "draw")

    _model_name = Unicode("AdversarialModel").tag(sync=True)
    _view_name = Unicode("AdversarialView").tag(sync=True)

    picture = Dict().tag(sync=True)
    picture_note = Text()
    attack = Dict().tag(sync=True)
    note = Text()

    def __init__(
        self,
        *,
        model: KerasModel | None = None,
        image: ArrayLike | None = None,
        value_range: tuple[float, float] = (0.0, 1.0),
        class_names: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self._own_model, self._range = model, value_range
        self._image, self._names = image, list(class_names)
        self._computing = Worker("dlwidgets-adversarial", self._failed)
        super().__init__(**kwargs)
        if model is not None:
            self._compute()
            self.observe(self._on_state, "state")

    def model(self) -> KerasModel:
        """Return the network that is attacked, as a Keras model.

        Example:
            >>> dl.concepts.adversarial(network="linear").model().count_params()
            7850
        """
        network = self.values["network"]
        if self._own_model is not None and network == "own":
            return self._own_model
        return keras_model("network" if network == "own" else network)

    def close(self) -> None:
        """Close the widget, and stop what it computes."""
        self._computing.close()
        super().close()

    def _on_state(self, change: Change[str]) -> None:
        before, now = self.read(change["old"]), self.values
        if any(before[name] != now[name] for name in (*_KEY, "network")):
            self._computing.submit(self._compute)

    def _compute(self) -> None:
        """Attack the user's model, and send the page what it needs."""
        values = self.values
        if self._own_model is None or values["network"] != "own" or values["image"] == "drawing":
            return
        wanted = models.input_shape(self._own_model)
        given = self._image if values["image"] == "own" else None
        image = digits()[values["digit"]] if given is None else given
        x, shape = models.checked_pixels(image, wanted, self._range)
        found = models.attack(
            models.Classifier(self._own_model, shape, self._range),
            x,
            target=values["target"][0] if values["target"] else None,
            steps=0 if values["method"] == "sign" else values["steps"],
            seed=values["seed"],
        )
        classes = len(found.adversarial[0])
        if self._names and len(self._names) != classes:
            message = f"Expected `class_names` to have {classes} names, as the model has classes. "
            raise ValueError(message + f"Received: {len(self._names)}.")
        self.note = ""
        self.attack = self._sent(found, x, shape, values)

    def _sent(
        self,
        found: models.Attack,
        x: NDArray[np.float64],
        shape: tuple[int, int, int],
        values: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Return an attack as the page gets it."""
        shown = models.shown_classes(found)
        each = values["method"] == "iterative"
        signs = found.signs
        if each:
            sizes = np.maximum(np.array(found.levels), 1e-9)[:, None]
            signs = np.rint(127 * (found.images - x) / sizes)
        height, width, channels = shape
        margin = found.margin
        return {
            "key": ";".join(self.fields[name].write(values[name]) for name in _KEY),
            "height": height,
            "width": width,
            "channels": channels,
            "names": [self._names[i] if self._names else str(i) for i in shown],
            "classes": shown,
            "label": shown.index(found.label),
            "rival": shown.index(found.rival),
            "target": None if found.target is None else shown.index(found.target),
            "flip": found.flip,
            "levels": list(found.levels),
            "seed": values["seed"],
            "margin": [margin.clean, margin.norm, margin.slope, margin.noise],
            "along": list(found.along),
            "noisy_along": list(found.noisy_along),
            "each": each,
            "x": raw_bytes(x.astype("<f4")),
            "signs": raw_bytes(signs.astype(np.int8)),
            "adversarial": raw_bytes(found.adversarial[:, shown].astype("<f4")),
            "random": raw_bytes(found.random[:, shown].astype("<f4")),
        }

    def _failed(self, error: Exception) -> None:
        self.note = str(error)

    def _check_values(self, values: Mapping[str, Any]) -> None:
        if values["network"] != "own" and values["target"] and values["target"][0] > 9:
            message = "Expected `target` to be a digit from 0 to 9. "
            raise ValueError(message + f"Received: {values['target'][0]}.")


def adversarial(
    image: str | ArrayLike | None = None,
    *,
    model: KerasModel | None = None,
    value_range: tuple[float, float] = (0.0, 1.0),
    class_names: Sequence[str] = (),
    digit: int | None = None,
    network: str | None = None,
    method: str | None = None,
    target: int | None = None,
    steps: int | None = None,
    epsilon: float | None = None,
    seed: int | None = None,
    pixel: Sequence[int] | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Adversarial:
    """Show how a small change of each pixel flips the answer of a network.

    The change follows the sign of the loss's gradient by the pixels (FGSM), or many small steps of
    this kind (PGD). Random noise of the same size is shown beside it.

    Args:
        image: `"digit"`, `"drawing"`, or your own array of shape (height, width), (height, width,
            1) or (height, width, 3). The networks of the page take 28×28 pixels, bright on dark.
        model: Your own Keras classifier, which Keras attacks in the kernel. Without an `image` it
            gets the handwritten digits.
        value_range: What your model gets for black and for white. An image of type uint8 is scaled
            to it; others have values in it.
        class_names: Names of your model's classes.
        digit: Which handwritten digit is shown, from 0 to 9.
        network: `"network"` with a hidden layer, or `"linear"`.
        method: `"sign"` for one step, or `"iterative"`.
        target: The class that the answer shall become. By default any other.
        steps: Of the iterative method, from 2 to 40.
        epsilon: How much a pixel changes at most, from 0 to 0.3 of the pixel range. By default it
            is played.
        seed: Of the random noise, from 0 to 999.
        pixel: Row and column of the pixel that is written out.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["noise"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set. `widget.model()` is
        the network as a Keras model.

    Raises:
        TypeError: `model` isn't a Keras model.
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.adversarial(digit=3, target=8, epsilon=0.05).state
        'digit=3;target=8;epsilon=0.05'
    """
    values: dict[str, Any] = {
        "digit": digit,
        "network": network if model is None else "own",
        "method": method,
        "target": None if target is None else [target],
        "steps": steps,
        "epsilon": None if epsilon is None else [epsilon],
        "seed": seed,
        "pixel": pixel,
    }
    extra: dict[str, Any] = {}
    if image is None or isinstance(image, str):
        values["image"] = image
    else:
        values["image"] = "own"
        if model is None:
            extra = _picture(image)
        else:
            extra["image"] = image
    if model is not None:
        low, high = value_range
        if not low < high:
            message = "Expected `value_range` to be two numbers, the smaller one first. "
            raise ValueError(message + f"Received: {value_range!r}.")
        extra |= {"model": model, "value_range": value_range, "class_names": class_names}
    return Adversarial(state=state, hide=hide, lesson=lesson, values=values, **extra)


def _picture(image: ArrayLike) -> dict[str, Any]:
    """Return an image for the networks of the page as traits."""
    array = np.squeeze(np.asarray(image))
    if array.shape != (SIDE, SIDE):
        message = f"Expected `image` of shape ({SIDE}, {SIDE}) for the network of the page. "
        message += f"Received: shape {np.shape(image)}. "
        raise ValueError(message + "Resize it, or give a `model` of your own for it.")
    return picture_traits(array)
