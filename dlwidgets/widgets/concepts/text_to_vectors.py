"""How sentences become integers and vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets._messages import tr
from dlwidgets.concepts import _text_to_vectors as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dlwidgets.widgets.concepts._lesson import Step


class TextToVectors(Concept):
    """How sentences become numbers, as `dl.concepts.text_to_vectors` makes it."""

    concept = "text_to_vectors"
    fields = engine.FIELDS
    parts = (
        *("text", "corpus", "encoder", "split", "ngrams", "standardize", "output", "max_tokens"),
        *("num_bins", "length", "padding", "truncating", "seed"),
        *("tokens", "index", "result", "notes"),
    )
    events = ("point", "unknown", "collision")
    steps = ("type", "unknown", "output", "padding", "hashing", "listing")

    _model_name = Unicode("TextToVectorsModel").tag(sync=True)
    _view_name = Unicode("TextToVectorsView").tag(sync=True)

    own = Dict().tag(sync=True)
    own_note = Text()

    def vectors(self) -> engine.Vectors:
        """Return the tokens, integers and result that the widget shows, as NumPy arrays.

        Example:
            >>> dl.concepts.text_to_vectors("the cat").vectors().sequences.tolist()
            [[2, 9]]
        """
        return engine.vectors(self.values, self.own.get("words"))


def text_to_vectors(
    text: str | Sequence[str] | None = None,
    *,
    corpus: str | Sequence[str] | None = None,
    layer: Any = None,
    encoder: str | None = None,
    split: str | None = None,
    ngrams: int | None = None,
    standardize: str | None = None,
    output: str | None = None,
    max_tokens: int | None = None,
    num_bins: int | None = None,
    length: int | None = None,
    padding: str | None = None,
    truncating: str | None = None,
    seed: int | None = None,
    at: Sequence[int] | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> TextToVectors:
    """Show how sentences become tokens, integers and vectors.

    The page computes what `keras.layers.TextVectorization` and `keras.layers.Hashing` compute, and
    what the code of a book computes, with its mistakes.

    Args:
        text: The sentences that are encoded: a list, or one text with a sentence on each line;
            at most 6 sentences and 400 characters.
        corpus: The sentences from which the vocabulary is learned; at most 12 and 800 characters.
        layer: Your own `TextVectorization` layer, adapted, instead of a corpus.
        encoder: `"layer"` for `TextVectorization`, `"hashing"` for `Hashing`; or the book's code:
            `"tokenizer"`, `"listing"` (one-hot) or `"hash"` (hashing), as printed.
        split: `"words"` or `"characters"`.
        ngrams: Tokens of up to so many words in a row, from 1 to 3.
        standardize: `"lower_and_strip_punctuation"`, `"lower"`, `"strip_punctuation"`, `"none"`.
        output: `"int"`, `"one_hot"` (a vector for each token), `"multi_hot"` or `"count"` (a
            vector for each sentence).
        max_tokens: Size of the vocabulary; 0 for all tokens.
        num_bins: How many integers there are for hashing, from 1 to 1000.
        length: Length of the sequences, from 1 to 50; 0 for that of the longest.
        padding: Where zeros are added: `"post"` or `"pre"`.
        truncating: Where a sequence is cut: `"post"` or `"pre"`.
        seed: For `"hash"`: the number with which Python salts `hash`, from 0 to 999.
        at: Which token is marked: a sentence and a place in it. By default it moves by itself.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["ngrams", "standardize"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.
        `widget.vectors()` has the arrays.

    Raises:
        TypeError: `layer` is no `TextVectorization`.
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.text_to_vectors("the cat", encoder="hashing", num_bins=16).state
        'text=the cat;encoder=hashing;num_bins=16'
    """
    values: dict[str, Any] = {
        "text": _joined("text", text),
        "corpus": _joined("corpus", corpus),
        "encoder": encoder,
        "split": split,
        "ngrams": ngrams,
        "standardize": standardize,
        "output": output,
        "max_tokens": max_tokens,
        "num_bins": num_bins,
        "length": length,
        "padding": padding,
        "truncating": truncating,
        "seed": seed,
        "at": at,
    }
    extra: dict[str, Any] = {}
    if layer is not None:
        if corpus is not None or encoder not in (None, "own"):
            message = "Expected `layer` alone, because it has a vocabulary of its own. "
            raise ValueError(message + "Leave out `corpus` and `encoder`.")
        settings = engine.settings_of(layer)
        words: list[str] = settings.pop("words")
        values |= {name: one for name, one in settings.items() if values[name] is None}
        extra = {"own": {"words": words[: engine.MOST_WORDS]}}
        if len(words) > engine.MOST_WORDS:
            extra["own_note"] = tr(
                "The vocabulary has {count} tokens. The first {kept} of them are used here; the "
                "others count as unknown.",
                count=len(words),
                kept=engine.MOST_WORDS,
            )
    return TextToVectors(state=state, hide=hide, lesson=lesson, values=values, **extra)


def _joined(name: str, given: str | Sequence[str] | None) -> str | None:
    """Return sentences as one text with a line for each."""
    if given is None or isinstance(given, str):
        return given
    sentences = list(given)
    if not all(isinstance(one, str) for one in sentences):
        message = f"Expected `{name}` to be a text, or a list of texts. "
        raise ValueError(message + f"Received: {given!r}.")
    return "\n".join(" ".join(one.splitlines()) for one in sentences)
