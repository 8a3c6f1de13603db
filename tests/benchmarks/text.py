"""Characters per second of `sample_text` against the book's loop; memory of the windows."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.kernels import environment
from tests.benchmarks.report import Budget, Result, median, single

if TYPE_CHECKING:
    from tests.benchmarks.settings import Settings

GROUP = "text"
_WINDOW = 60

_MEMORY = """
import json, sys, threading, time
import psutil
sys.path.insert(0, {repository!r})
import numpy as np
from dlwidgets._tensorflow import load
tf, keras = load()
from dlwidgets.generate import CharTokenizer, windows
text = ("".join(map(chr, np.random.default_rng(0).integers(33, 93, 1000))) * 1000)
tokenizer = CharTokenizer().fit(text)
process, sizes, over = psutil.Process(), [], threading.Event()
def watch():
    while not over.wait(0.005):
        sizes.append(process.memory_info().rss / 1e6)
before = process.memory_info().rss / 1e6
watcher = threading.Thread(target=watch)
watcher.start()
if {pipeline}:
    for x, y in windows(text, tokenizer).take({batches}):
        pass
else:
    chars = sorted(set(text))
    char_indices = {{c: i for i, c in enumerate(chars)}}
    sentences = [text[i:i + 60] for i in range(0, len(text) - 60, 3)]
    next_chars = [text[i + 60] for i in range(0, len(text) - 60, 3)]
    x = np.zeros((len(sentences), 60, len(chars)), dtype=bool)
    y = np.zeros((len(sentences), len(chars)), dtype=bool)
    for i, sentence in enumerate(sentences):
        for t, char in enumerate(sentence):
            x[i, t, char_indices[char]] = 1
        y[i, char_indices[next_chars[i]]] = 1
sizes.append(process.memory_info().rss / 1e6)
over.set()
watcher.join()
print(json.dumps(max(sizes) - before))
"""


def measure(settings: Settings) -> list[Result]:
    """Sample from the book's LSTM(128) in three ways; build training data in two."""
    return _speed(settings) + _memory(settings)


def _speed(settings: Settings) -> list[Result]:
    from dlwidgets.generate import CharTokenizer, TextModel, load_corpus, sample_text
    from dlwidgets.models import char_lstm

    corpus = load_corpus().text
    tokenizer = CharTokenizer().fit(corpus)
    model = char_lstm(tokenizer.size, window=_WINDOW)
    text_model = TextModel(model, tokenizer)
    seed_text = corpus[:_WINDOW]

    def ours(length: int, *, carry_state: bool) -> float:
        begun = time.perf_counter()
        for _ in sample_text(
            text_model, tokenizer, seed_text, length, 0.5, seed=0, carry_state=carry_state
        ):
            pass
        return length / (time.perf_counter() - begun)

    def by_itself() -> float:
        """Seconds of 400 characters from the model itself, whose graph is cached."""
        begun = time.perf_counter()
        for _ in sample_text(model, tokenizer, seed_text, 400, 0.5, seed=0, carry_state=True):
            pass
        return time.perf_counter() - begun

    rates: dict[str, list[float]] = {"book": [], "window": [], "carried": []}
    _book(model, tokenizer.characters, seed_text, 3)
    ours(100, carry_state=False)
    ours(2000, carry_state=True)
    calls = [by_itself() for _ in range(settings.choose(5, 3))]
    for _ in range(settings.choose(3, 1)):
        begun = time.perf_counter()
        _book(model, tokenizer.characters, seed_text, 40)
        rates["book"].append(40 / (time.perf_counter() - begun))
        rates["window"].append(ours(800, carry_state=False))
        rates["carried"].append(ours(20_000, carry_state=True))
        settings.say(", ".join(f"{name} {rate[-1]:.0f}/s" for name, rate in rates.items()))
    book = median(GROUP, "the book's predict loop", rates["book"], "characters/s")
    window = median(GROUP, "sample_text, sliding window", rates["window"], "characters/s")
    carried = median(GROUP, "sample_text, carried state", rates["carried"], "characters/s")
    note = f"LSTM(128), window {_WINDOW}, {tokenizer.size} characters, one text, graph built before"
    return [
        book,
        window,
        carried,
        median(GROUP, "400 characters of sample_text(model), a later call", calls, "s"),
        single(
            GROUP,
            "sliding window against the book's loop",
            window.value / book.value,
            "×",
            Budget("at least", 20),
            note,
        ),
        single(
            GROUP,
            "carried state against the book's loop",
            carried.value / book.value,
            "×",
            Budget("at least", 500),
            note,
        ),
    ]


def _book(model: Any, characters: str, seed_text: str, length: int) -> str:
    """Listings 8-6 and 8-7 in today's Keras."""
    generated, result = seed_text, ""
    for _ in range(length):
        sampled = np.zeros((1, _WINDOW, len(characters)))
        for t, char in enumerate(generated):
            sampled[0, t, characters.index(char)] = 1.0
        preds = np.asarray(model.predict(sampled, verbose=0)[0]).astype("float64")
        preds = np.exp(np.log(preds) / 0.5)
        preds /= np.sum(preds)
        next_char = characters[int(np.argmax(np.random.multinomial(1, preds, 1)))]
        generated = (generated + next_char)[1:]
        result += next_char
    return result


def _memory(settings: Settings) -> list[Result]:
    from tests.benchmarks.kernels import REPOSITORY

    peaks = {}
    for pipeline in (False, True):
        code = _MEMORY.format(
            repository=str(REPOSITORY), pipeline=pipeline, batches=settings.choose(2600, 300)
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=environment(),
        )
        peaks[pipeline] = float(json.loads(done.stdout.splitlines()[-1]))
        settings.say(f"{'pipeline' if pipeline else 'cube'}: {peaks[pipeline]:.0f} MB")
    note = "1 MB of text, 60 characters, window 60, step 3; peak above TensorFlow's own memory"
    return [
        single(GROUP, "training data as the book's one-hot cube", peaks[False], "MB", note=note),
        single(GROUP, "training data as windows, an epoch", peaks[True], "MB", note=note),
    ]
