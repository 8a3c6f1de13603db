"""Names of metrics for people."""

from __future__ import annotations

from dlwidgets._messages import tr

# In a legend, and as a title.
_METRICS: dict[str, tuple[str, str]] = {
    "loss": (tr("loss"), tr("Loss")),
    "accuracy": (tr("accuracy"), tr("Accuracy")),
    "binary_accuracy": (tr("binary accuracy"), tr("Binary accuracy")),
    "sparse_categorical_accuracy": (tr("accuracy"), tr("Accuracy")),
    "categorical_accuracy": (tr("accuracy"), tr("Accuracy")),
    "mae": (tr("mean absolute error"), tr("Mean absolute error")),
    "mean_absolute_error": (tr("mean absolute error"), tr("Mean absolute error")),
    "mse": (tr("mean squared error"), tr("Mean squared error")),
    "mean_squared_error": (tr("mean squared error"), tr("Mean squared error")),
    "auc": ("AUC", "AUC"),
    "precision": (tr("precision"), tr("Precision")),
    "recall": (tr("recall"), tr("Recall")),
    "kl_loss": (tr("KL loss"), tr("KL loss")),
    "reconstruction_loss": (tr("reconstruction loss"), tr("Reconstruction loss")),
    "reconstruction": (tr("reconstruction"), tr("Reconstruction")),
    "KL_divergence": (tr("KL divergence"), tr("KL divergence")),
    "d_loss": (tr("discriminator loss"), tr("Discriminator loss")),
    "g_loss": (tr("generator loss"), tr("Generator loss")),
}


def metric_name(name: str) -> str:
    """Return the name of a metric for a legend.

    Args:
        name: The metric's name in Keras.

    Example:
        >>> from dlwidgets.widgets.training._metric_names import metric_name
        >>> metric_name("mae"), metric_name("true_positives")
        ('mean absolute error', 'true positives')
    """
    known = _METRICS.get(name)
    return known[0] if known else name.replace("_", " ")


def metric_title(name: str) -> str:
    """Return the name of a metric for a title.

    Args:
        name: The metric's name in Keras.

    Example:
        >>> from dlwidgets.widgets.training._metric_names import metric_title
        >>> metric_title("mae"), metric_title("true_positives")
        ('Mean absolute error', 'True positives')
    """
    known = _METRICS.get(name)
    title = name.replace("_", " ")
    return known[1] if known else title[:1].upper() + title[1:]


def series_name(name: str, *, per_step: bool, exact: bool) -> str:
    """Return the legend of a metric.

    Args:
        name: The metric.
        per_step: Whether there is a value of each step, not only of each epoch.
        exact: Whether it is the step's own value, not a running mean.
    """
    metric = metric_name(name.removeprefix("val_"))
    if name.startswith("val_"):
        return tr("validation {metric}", metric=metric)
    if not per_step:
        return tr("{metric} per epoch", metric=metric)
    if exact:
        return tr("{metric} per step", metric=metric)
    return tr("{metric}, running mean", metric=metric)
