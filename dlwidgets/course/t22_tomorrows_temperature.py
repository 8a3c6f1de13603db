"""Tomorrow's temperature: a series in "Deep Learning with Python", 6.3."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from dlwidgets import data
from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.course.lab import Lab
    from dlwidgets.data import Windows

SOURCE = "Deep Learning with Python, 6.3"
EPOCHS = 15


def new_york(lab: Lab) -> Windows:
    """Return five days, every third hour, and the temperature a day later, in New York."""
    weather = data.load("nyc_weather", download_missing=False)
    return weather.windows(120, 24, step=3, split=(0.7, 0.15), seed=lab.seed)


def jena(lab: Lab) -> Windows:
    """Return ten days, every hour, and the temperature a day later, in Jena, as in the source."""
    weather = data.load("jena_climate", download_missing=False)
    return weather.windows(1440, 144, step=6, split=(0.476, 0.237), seed=lab.seed)


def network(windows: Windows, hidden: Sequence[Any]) -> Any:
    """Return a compiled network of hidden layers and one linear unit.

    Args:
        windows: What it is trained on.
        hidden: Layers.
    """
    keras = load_keras()
    model = keras.Sequential([keras.Input(windows.shape), *hidden, keras.layers.Dense(1)])
    model.compile("rmsprop", "mae")
    return model


def layers(kind: str) -> list[Any]:
    """Return the hidden layers of a network.

    Args:
        kind: ``"dense"``, ``"gru"``, ``"dropout"``, ``"stacked"`` or ``"bidirectional"``; a
            ``"reversed"`` one has the layers of ``"gru"``.
    """
    keras = load_keras()
    gru, drops = keras.layers.GRU, {"dropout": 0.1, "recurrent_dropout": 0.5}
    if kind == "dense":
        return [keras.layers.Flatten(), keras.layers.Dense(32, activation="relu")]
    if kind == "dropout":
        return [gru(32, dropout=0.2, recurrent_dropout=0.2)]
    if kind == "stacked":
        return [gru(32, return_sequences=True, **drops), gru(64, activation="relu", **drops)]
    if kind == "bidirectional":
        return [keras.layers.Bidirectional(gru(32))]
    return [gru(32)]


def flipped(windows: Any) -> Any:
    """Return the same windows with the newest row first."""
    return windows.map(lambda x, y: (x[:, ::-1], y))


def trained(
    lab: Lab, kind: str, place: Literal["new_york", "jena"] = "new_york"
) -> dict[str, float]:
    """Train one network, and return the errors of its best epoch."""
    windows = new_york(lab) if place == "new_york" else jena(lab)
    model = network(windows, layers(kind))
    train, validation = windows.train, windows.validation
    if kind == "reversed":
        train, validation = flipped(train), flipped(validation)
    run = lab.fit(model, train, epochs=EPOCHS, validation_data=validation, name=f"{kind}, {place}")
    best = min(run.history["val_loss"])
    return {"parameters": model.count_params(), "mae": best, "degrees": best * windows.unit}


def naive(lab: Lab, place: Literal["new_york", "jena"] = "new_york") -> dict[str, float]:
    """Predict that tomorrow is as now."""
    windows = new_york(lab) if place == "new_york" else jena(lab)
    error = windows.baseline("validation")
    return {"mae": error, "degrees": error * windows.unit}


_OTHER_CITY = tr("The source has eight years of Jena; New York is another city, and one year.")
_LARGER = tr(
    "Standard deviations of New York, which are larger than those of Jena: compare with as now."
)

TUTORIAL = Tutorial(
    number=22,
    rows=(
        Row(
            system="jena_naive",
            figure="mae",
            title=tr("Jena, as now: error in standard deviations"),
            printed="0.29",
            where=SOURCE,
            digits=3,
        ),
        Row(
            system="jena_naive",
            figure="degrees",
            title=tr("Jena, as now: error in °C"),
            printed="2.57",
            where=SOURCE,
            digits=2,
        ),
        Row(
            system="jena_gru",
            figure="mae",
            title=tr("Jena, GRU: error in standard deviations"),
            printed="0.265",
            where=SOURCE,
            digits=3,
        ),
        Row(
            system="jena_gru",
            figure="degrees",
            title=tr("Jena, GRU: error in °C"),
            printed="2.35",
            where=SOURCE,
            digits=2,
        ),
        Row(
            system="naive",
            figure="mae",
            title=tr("New York, as now"),
            where=SOURCE,
            why=_OTHER_CITY,
            digits=3,
        ),
        Row(
            system="naive",
            figure="degrees",
            title=tr("New York, as now, in °C"),
            where=SOURCE,
            why=_OTHER_CITY,
            digits=2,
        ),
        *(
            Row(
                system=kind,
                figure="mae",
                title=title,
                where=SOURCE,
                why=_LARGER if kind == "dense" else "",
                metric="val_loss",
                digits=3,
            )
            for kind, title in (
                ("dense", tr("New York, dense")),
                ("gru", tr("New York, GRU")),
                ("dropout", tr("New York, GRU with dropout")),
                ("stacked", tr("New York, two GRUs")),
                ("reversed", tr("New York, GRU, backwards in time")),
                ("bidirectional", tr("New York, GRU in both directions")),
            )
        ),
        Row(
            system="gru",
            figure="degrees",
            title=tr("New York, GRU, in °C"),
            where=SOURCE,
            why=_OTHER_CITY,
            digits=2,
        ),
    ),
    systems=(
        System("jena_naive", partial(naive, place="jena"), tr("Jena, as now"), seeds=1),
        System("jena_gru", partial(trained, kind="gru", place="jena"), tr("Jena, GRU 32"), seeds=1),
        System("naive", naive, tr("New York, as now"), seeds=1),
        *(
            System(kind, partial(trained, kind=kind), tr("New York, 15 epochs"), seeds=1)
            for kind in ("dense", "gru", "dropout", "stacked", "reversed", "bidirectional")
        ),
    ),
)
