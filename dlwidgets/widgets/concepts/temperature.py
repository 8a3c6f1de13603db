"""Temperature, top-k and top-p: how the next word is drawn from a model's logits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import List, Unicode

from dlwidgets._messages import Message, tr
from dlwidgets.concepts import _temperature as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Temperature(Concept):
    """How the next word is drawn, as `dl.concepts.temperature` shows it."""

    concept = "temperature"
    fields = engine.FIELDS
    parts = (
        *("temperature", "top_k", "top_p", "logits", "probabilities"),
        *("panels", "line", "words_drawn", "notes", "seed"),
    )
    events = ("point",)
    steps = ("cold", "hot", "throw", "top_k", "top_p", "drag")

    _model_name = Unicode("TemperatureModel").tag(sync=True)
    _view_name = Unicode("TemperatureView").tag(sync=True)

    names = List(Unicode()).tag(sync=True)
    names_note = Text()


def temperature(
    temperature: float | None = None,
    *,
    logits: ArrayLike | None = None,
    probabilities: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int | None = None,
    throws: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Temperature:
    """Show how temperature, top-k and top-p change what is drawn from a model's logits.

    Drag a logit or the temperature: probabilities, entropy and the words that the same random
    numbers draw follow at once. They are those of `dl.generate.sampling_distribution`.

    Args:
        temperature: From 0, always the most probable, to 5. A temperature below 1 sharpens, one
            above 1 flattens.
        logits: Your own logits, such as a model's output for the next token, shape (n,). Of more
            than 12 the largest are shown. Only differences between them count, so they are moved
            into the range from -8 to 8.
        probabilities: Your own probabilities instead, shape (n,).
        names: What each of them stands for, such as words.
        top_k: How many of the most probable are kept, from 1 to 12; 0 for all.
        top_p: The fewest of the most probable that together reach this share are kept, from 0.01
            to 1, which keeps all.
        seed: The random numbers, from 0 to 999.
        throws: How many have been drawn, from 0 to 500. By default the dice roll by themselves.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["top_k", "top_p", "panels"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.temperature(0.5, top_p=0.9).state
        'temperature=0.5;top_p=0.9'
        >>> dl.concepts.temperature(probabilities=[0.5, 0.25, 0.25], names=["a", "b", "c"]).names
        ['a', 'b', 'c']
    """
    values: dict[str, Any] = {
        "temperature": temperature,
        "top_k": top_k,
        "top_p": top_p,
        "seed": seed,
        "throws": None if throws is None else [throws],
    }
    extra: dict[str, Any] = {}
    if logits is not None or probabilities is not None or names is not None:
        own = engine.checked_choices(logits, probabilities, names)
        values["logits"] = own.logits
        note: str | Message = ""
        if own.left_out:
            note = tr(
                "{count} less probable ones aren’t shown. Together they have {share}.",
                count=own.left_out,
                share=f"{own.share:.1%}",
            )
        extra = {"names": own.names, "names_note": note}
    return Temperature(state=state, hide=hide, lesson=lesson, values=values, **extra)
