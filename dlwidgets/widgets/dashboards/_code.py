"""The notebook code of what a page shows."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ALL_CLASSES = -1
"""The question "Which class is it?", in place of a class."""


def arguments(**values: object) -> str:
    """Return keyword arguments as they stand in a call.

    Example:
        >>> from dlwidgets.widgets.dashboards._code import arguments
        >>> arguments(epochs=20, optimizer="adam")
        "epochs=20, optimizer='adam'"
    """
    return ", ".join(f"{name}={_literal(value)}" for name, value in values.items())


def _literal(value: object) -> str:
    """Return a value as Python code. Numbers of sliders are as short as they are exact."""
    if isinstance(value, float) and float(f"{value:.6g}") == value:
        return f"{value:.6g}"
    return repr(value)


def classifier_code(
    used: Mapping[str, Any], *, question: int = ALL_CLASSES, shown: int | None = None
) -> str:
    """Return the code that trains the classifier of a page.

    Args:
        used: The values of `dataset`, `model`, `batch_size`, `epochs` and `seed`.
        question: As in `ClassifierPage.targets`.
        shown: The number of held-out images, `None` for all.

    Returns:
        Code that ends with a `run`, held-out `x` and `y`, and the `names` of the classes.
    """
    part = "" if shown is None else f"[:{shown}]"
    if question == ALL_CLASSES:
        targets = f"y_train, y = data.y_train, data.y_test{part}\nnames = list(data.class_names)"
    else:
        targets = (
            f"name = data.class_names[{question}]\n"
            f'y_train = (data.y_train == {question}).astype("int64")\n'
            f'y = (data.y_test{part} == {question}).astype("int64")\n'
            'names = [f"not {name}", name]'
        )
    return f"""\
import dlwidgets as dl
import keras

data = dl.data.load({used["dataset"]!r}).normalized()
x = data.x_test{part}
{targets}

keras.utils.set_random_seed({used["seed"]})
model = dl.models.compiled({used["model"]!r}, input_shape=data.input_shape, classes=len(names))
run = dl.fit(
    model,
    data.x_train,
    y_train,
    {arguments(batch_size=used["batch_size"], epochs=used["epochs"])},
    validation_data=(x, y),
    validation_batch_size=512,
)
"""


def train_code(used: Mapping[str, Any], half: str | None) -> str:
    """Return the code of the Train page.

    Args:
        used: The values of the page's form by name.
        half: The dtype policy of mixed precision, `None` for float32.
    """
    options = arguments(
        optimizer=used["optimizer"],
        learning_rate=used["learning_rate"],
        dropout=used["dropout"],
        l2=used["l2"],
        dtype=half,
        xla=used["xla"],
    )
    device = "" if used["device"] is None else f"    device={used['device']!r},\n"
    return f"""\
import dlwidgets as dl

data = dl.data.load({used["dataset"]!r}).normalized()
model = dl.models.compiled(
    {used["model"]!r},
    input_shape=data.input_shape,
    classes=data.num_classes,
    {options},
)
run = dl.fit(
    model,
    data.x_train,
    data.y_train,
    {arguments(batch_size=used["batch_size"], epochs=used["epochs"])},
    validation_data=(data.x_test, data.y_test),
    validation_batch_size={max(256, used["batch_size"])},
{device})
dl.TrainingPanel(run)
dl.Predictions(run, data)
"""


def vae_code(used: Mapping[str, Any], learning_rate: float) -> str:
    """Return the code of the Latent-space page.

    Args:
        used: The values of the page's fields by name.
        learning_rate: The learning rate of the model.
    """
    return f"""\
import dlwidgets as dl
import keras

data = dl.data.load({used["dataset"]!r}).normalized()
keras.utils.set_random_seed({used["seed"]})
vae = dl.models.{used["model"]}(
    data.input_shape, {used["latent_dim"]}, {arguments(beta=used["beta"], seed=used["seed"])}
)
vae.compile(keras.optimizers.Adam({_literal(learning_rate)}))
run = dl.fit(
    vae,
    data.x_train,
    {arguments(epochs=used["epochs"], batch_size=used["batch_size"])},
    validation_data=(data.x_test[:1000], None),
    validation_batch_size=500,
)
dl.LatentExplorer(run, data.x_test, data.y_test, data.class_names)
"""


def gan_code(used: Mapping[str, Any], *, frogs: int | None, points: bool = False) -> str:
    """Return the code of the GAN page.

    Args:
        used: The values of the page's form by name.
        frogs: The only class of images that is used, `None` for all.
        points: Whether the data are points in a plane.
    """
    values = {name: used[name] for name in ("latent_dim", "label_noise", "dropout")}
    values["clip"] = 1.0 if used["clip"] else None
    if not points:
        values["output"] = "sigmoid" if used["output"] == "sigmoid" else "tanh"
    rates = ("d_learning_rate", "g_learning_rate", "seed")
    options = arguments(**values, **{name: used[name] for name in rates})
    if points:
        return f"""\
import dlwidgets as dl

data = dl.data.load({used["dataset"]!r})
gan = dl.models.toy_gan(
    {options},
)
run = dl.fit(gan, data.x_train, {arguments(batch_size=used["batch_size"], epochs=used["epochs"])})
dl.GanMonitor(run, data.x_train, data.y_train)
"""
    if frogs is None:
        images, build = "data.x_train", "small_gan(\n    data.input_shape,"
    else:
        images, build = f"data.x_train[data.y_train == {frogs}]", "dcgan("
    scaled = "images" if used["output"] == "mismatch" else "to_range(images, gan.data_range)"
    return f"""\
import dlwidgets as dl
from dlwidgets.models.gan import to_range

data = dl.data.load({used["dataset"]!r}).normalized()
images = {images}
gan = dl.models.{build}
    {options},
)
x = {scaled}
run = dl.fit(gan, x, {arguments(batch_size=used["batch_size"], epochs=used["epochs"])})
dl.GanMonitor(run, x)
"""


def text_code(used: Mapping[str, Any], compiled: str, windows: str) -> str:
    """Return the code of the Text page.

    Args:
        used: The values of the page's fields by name.
        compiled: The code that builds and compiles `model`.
        windows: The arguments of `windows`.
    """
    return f"""\
import dlwidgets as dl
import keras

corpus = dl.generate.load_corpus({used["corpus"]!r})
tokenizer = dl.generate.CharTokenizer().fit(corpus.text)
batches = dl.generate.windows(corpus.text, tokenizer, {windows})
{compiled}
run = dl.fit(
    model,
    batches,
    {arguments(epochs=used["epochs"], steps_per_epoch=used["steps"])},
    shuffle=False,
)
dl.TextSampler(run, tokenizer, corpus=corpus.text)
"""


def all_shown(code: str) -> str:
    r"""Return code whose cell shows all of its views, not only that of the last line.

    Args:
        code: Code whose views are statements of their own.

    Example:
        >>> from dlwidgets.widgets.dashboards._code import all_shown
        >>> print(all_shown("import dlwidgets as dl\n\ndl.Chart()\ndl.ImageGrid()"))
        import dlwidgets as dl
        from IPython.display import display
        <BLANKLINE>
        display(dl.Chart())
        display(dl.ImageGrid())
    """
    body = ast.parse(code).body
    views = [node for node in body if isinstance(node, ast.Expr) and _is_view(node.value)]
    if len(views) < 2:
        return code
    lines = code.splitlines()
    for node in views:
        lines[node.lineno - 1] = f"display({lines[node.lineno - 1]}"
        lines[(node.end_lineno or node.lineno) - 1] += ")"
    last = max(node.lineno for node in body if isinstance(node, ast.Import | ast.ImportFrom))
    lines.insert(last, "from IPython.display import display")
    return "\n".join(lines) + "\n"


def _is_view(value: ast.expr) -> bool:
    """Whether an expression is a variable, or a widget of the package that is made there."""
    made = value.func if isinstance(value, ast.Call) else None
    of_package = (
        isinstance(made, ast.Attribute)
        and isinstance(made.value, ast.Name)
        and made.value.id == "dl"
        and made.attr[0].isupper()
    )
    return isinstance(value, ast.Name) or of_package
