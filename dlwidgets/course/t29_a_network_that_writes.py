"""A network that writes: the character LSTM of "Deep Learning with Python", 8.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial
from dlwidgets.data import DataNotFoundError
from dlwidgets.generate import CharTokenizer, available_corpora, load_corpus, windows
from dlwidgets.models import char_lstm

if TYPE_CHECKING:
    from dlwidgets.course.lab import Lab

SOURCE = "Deep Learning with Python, 8.1"
EPOCHS = 59  # `range(1, 60)` in the source


def lstm(lab: Lab) -> dict[str, float]:
    """LSTM 128 on windows of 60 characters of Nietzsche."""
    keras = load_keras()
    if available_corpora()["nietzsche"].where == "download":
        message = "nietzsche.txt isn't on this machine."
        raise DataNotFoundError(message)
    text = load_corpus("nietzsche").text
    tokenizer = CharTokenizer().fit(text)
    model = char_lstm(tokenizer.size)
    model.compile(keras.optimizers.RMSprop(0.01), "sparse_categorical_crossentropy")
    batches = windows(text, tokenizer, window=60, step=3, batch_size=128, seed=lab.seed)
    run = lab.fit(model, batches, epochs=EPOCHS, name="LSTM 128")
    return {
        "characters": len(text),
        "different": tokenizer.size,
        "windows": len(range(0, len(text) - 60, 3)),
        "parameters": model.count_params(),
        "loss": run.history["loss"][-1],
    }


TUTORIAL = Tutorial(
    number=29,
    rows=(
        Row(
            system="lstm",
            figure="characters",
            title=tr("Characters of the text"),
            where=SOURCE,
            why=tr("The source's code prints this number, but the text of the source doesn't."),
            digits=0,
        ),
        Row(
            system="lstm",
            figure="windows",
            title=tr("Windows of 60 characters"),
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="lstm",
            figure="parameters",
            title=tr("Parameters"),
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="lstm",
            figure="loss",
            title=tr("Training loss, last epoch"),
            where=SOURCE,
            why=tr("The source prints texts of epochs 20 and 60, and no loss."),
            metric="loss",
            digits=3,
        ),
    ),
    systems=(System("lstm", lstm, tr("Nietzsche, LSTM 128, 59 epochs"), seeds=1),),
)
