"""Which last layer, loss, metric and baseline a problem asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Float, Unicode

from dlwidgets.concepts import _workflow as engine
from dlwidgets.concepts import _workflow_model as own
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Workflow(Concept):
    """Last layer, loss, metric and baseline of a problem, as `dl.concepts.workflow` makes it."""

    concept = "workflow"
    fields = engine.FIELDS
    parts = (
        *("problem", "classes", "values", "labels", "largest", "baseline"),
        *("units", "activation", "loss", "metric", "code", "findings", "example"),
    )
    events = ("mismatch", "logit", "advise")
    steps = ("problem", "break", "mend", "baseline", "skewed", "logits")

    _model_name = Unicode("WorkflowModel").tag(sync=True)
    _view_name = Unicode("WorkflowView").tag(sync=True)

    absolute_error = Float(0.0).tag(sync=True)
    """The mean absolute error of the median of the user's own targets; 0 if there are none."""

    @property
    def mismatches(self) -> list[str]:
        """What doesn't fit the problem, as names, such as `["softmax_one"]`; empty if all fits."""
        return engine.mismatches(engine.setup_of(self.values))


def workflow(
    model: Any = None,
    y: ArrayLike | None = None,
    *,
    problem: str | None = None,
    classes: int | None = None,
    values: int | None = None,
    labels: str | None = None,
    largest: float | None = None,
    units: int | None = None,
    activation: str | None = None,
    loss: str | None = None,
    metric: str | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Workflow:
    """Show which last layer, loss, metric and baseline a problem asks for, and what doesn't fit.

    Pick the problem, then change the last layer and the loss: the widget says what goes wrong, and
    an example shows it in numbers.

    Args:
        model: Your own compiled Keras model with one output. Its last layer, loss and first metric
            are taken over.
        y: Your own targets of shape (samples,) or (samples, outputs), from which the problem is
            recognized: integers are classes, unless one is below 0 or above 999, or there are more
            than 100 distinct ones with fewer than two samples each. Without `y`, and without
            `problem`, it is guessed from the model's loss.
        problem: `"binary"`, `"multiclass"`, `"multilabel"`, `"regression"`, or
            `"unit_regression"` for values between 0 and 1.
        classes: Classes, or labels that a sample may have, from 2 to 1000.
        values: Numbers that a regression predicts, from 1 to 100.
        labels: How classes are written: `"integers"` or `"one_hot"`.
        largest: Percent of the samples in the largest class; 0 if all are equally large.
        units: Units of the last layer; 0 for as many as the problem asks for.
        activation: `"linear"`, `"sigmoid"`, `"softmax"`, `"relu"`, `"tanh"`, or `"advised"`.
        loss: `"binary_crossentropy"`, `"categorical_crossentropy"`,
            `"sparse_categorical_crossentropy"`, `"mse"`, `"mae"`, or a crossentropy of logits:
            `"binary_logits"`, `"categorical_logits"`, `"sparse_logits"`; or `"advised"`.
        metric: `"accuracy"`, `"auc"`, `"precision_recall"`, `"mae"`, `"mse"`, or `"advised"`.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["example"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and `widget.mismatches` names what
        doesn't fit.

    Raises:
        ValueError: An argument can't be used, the model isn't compiled, or it has several outputs.

    Example:
        >>> dl.concepts.workflow(problem="multilabel", activation="softmax").mismatches
        ['softmax_labels']
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> dl.concepts.workflow(model, np.arange(10)).mismatches
        []
    """
    given: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    if y is not None:
        given |= own.targets_about(y, problem)
        if given["problem"] in own.REGRESSIONS:
            extra["absolute_error"] = own.baseline_of(y)
    if model is not None:
        about = own.model_about(model)
        given |= about
        if y is None and problem is None:
            given |= own.problem_of(about)
    named = {
        "problem": problem,
        "classes": classes,
        "values": values,
        "labels": labels,
        "largest": largest,
        "units": units,
        "activation": activation,
        "loss": loss,
        "metric": metric,
    }
    given |= {name: value for name, value in named.items() if value is not None}
    return Workflow(state=state, hide=hide, lesson=lesson, values=given, **extra)
