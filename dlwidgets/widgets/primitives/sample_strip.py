"""The selected sample with a model's answer, in one line that stays in sight."""

from __future__ import annotations

from typing import Any

from traitlets import Any as AnyTrait
from traitlets import Dict, Enum, Float, Int, List, Unicode

from dlwidgets._messages import tr
from dlwidgets.widgets._core.text import Text, Texts
from dlwidgets.widgets._core.view import View


class SampleStrip(View):
    """A sample, the predicted class with its probability, the true class, and the step.

    Attributes:
        image: The sample as an atlas of one image; an empty dict for none.
        name: What the sample is called.
        predicted: The name of the predicted class; "" for none.
        confidence: Its probability; `None` for none or NaN.
        truth: The name of the true class; "" if it isn't known.
        verdict: Whether the answer is right; "" if that isn't known.
        values: The probability of each class, `None` for NaN; empty for none.
        labels: The names of the classes.
        marked: The predicted class, an index of `values`; -1 for none.
        step: Steps that the weights were trained for; -1 for a finished model.
        empty_text: Shown while there is no sample.

    Example:
        >>> from dlwidgets.widgets.primitives.sample_strip import SampleStrip
        >>> SampleStrip(predicted="7", truth="1", verdict="wrong").verdict
        'wrong'
    """

    _model_name = Unicode("SampleStripModel").tag(sync=True)
    _view_name = Unicode("SampleStripView").tag(sync=True)

    image = Dict().tag(sync=True)
    name = Text()
    predicted = Text()
    confidence: Any = Float(None, allow_none=True).tag(sync=True)
    truth = Text()
    verdict = Enum(["", "right", "wrong"], default_value="").tag(sync=True)
    values = List(AnyTrait()).tag(sync=True)
    labels = Texts()
    marked = Int(-1).tag(sync=True)
    step = Int(-1).tag(sync=True)
    empty_text = Text(tr("The selected image and the model's answer appear here."))
