"""One file of a recorded run: complete, small, closed to the network, and proof against texts."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import struct
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.widgets.training import _page_parts
from dlwidgets.widgets.training.html_page import save_html
from tests.helpers.recorded_runs import NOTE, recorded_cnn

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.recording import RecordedRun

MOST_BYTES = 3_000_000


class Page(HTMLParser):
    """The elements of a page, and the texts of its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._inside, []).append(data)

    def part(self, name: str) -> bytes:
        """The content of one of its compressed parts."""
        scripts = [attrs for tag, attrs in self.tags if tag == "script"]
        at = next(i for i, attrs in enumerate(scripts) if attrs.get("data-part") == name)
        return gzip.decompress(base64.b64decode(self.texts["script"][at]))


def document(page: Page) -> tuple[dict[str, Any], bytes]:
    """What the page shows, and its bytes."""
    data = page.part("recording")
    (size,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + size]), data[4 + size :]


def bytes_of(entry: dict[str, list[int]], data: bytes) -> bytes:
    at, size = entry["$at"]
    return data[at : at + size]


@pytest.fixture(scope="module")
def rec(tmp_path_factory: pytest.TempPathFactory) -> RecordedRun:
    return recorded_cnn(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def saved(rec: RecordedRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rec.save_html(tmp_path_factory.mktemp("page") / "run.html")


@pytest.fixture(scope="module")
def page(saved: Path) -> Page:
    return Page(saved.read_text("utf-8"))


def test_the_page_loads_nothing_and_names_no_server(page: Page) -> None:
    loading = {"src", "href", "srcset", "data", "action", "poster"}
    assert [tag for tag, attrs in page.tags if loading & attrs.keys()] == []
    sheet = "".join(page.texts["style"])
    assert re.findall(r"(?:@import|url\((?!['\"]?data:))[^;)]*", sheet) == []


def test_only_scripts_whose_text_is_known_may_run(page: Page) -> None:
    metas = [attrs for tag, attrs in page.tags if tag == "meta"]
    policy = next(m["content"] for m in metas if m.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in str(policy).split(";"))
    assert rules["default-src"] == "'none'"
    assert "connect-src" not in rules
    assert "unsafe" not in rules["script-src"]
    boot = page.texts["script"][-1].encode()
    hashes = set()
    for script in (boot, page.part("app"), page.part("plotly")):
        digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
        hashes.add(f"'sha256-{digest}'")
    assert set(rules["script-src"].split()) == hashes


def test_texts_of_the_user_stay_inside_the_compressed_part(page: Page, saved: Path) -> None:
    assert "alert(1)" not in saved.read_text("utf-8")
    assert sum(tag == "script" for tag, _ in page.tags) == 5  # boot, app, Plotly, Chinese, the run
    content, _ = document(page)
    assert content["events"][-1]["text"] == NOTE
    assert content["head"]["tags"] == ["digits", "<b>bold</b>"]
    text = next(s["text"] for s in content["samples"] if s["name"] == "made-text")
    assert text == f"Once upon a time {NOTE}"
    assert "made-text-marks" not in {s["name"] for s in content["samples"]}


def test_a_title_is_text(rec: RecordedRun, tmp_path: Path) -> None:
    made = save_html(rec, tmp_path / "a.html", title="</title><script>x</script>", language='"zh')
    page = Page(made.read_text("utf-8"))
    assert page.texts["title"] == ["</title><script>x</script>"]
    assert page.tags[0] == ("html", {"lang": "en", "data-dlw-lang": '"zh'})


def test_curves_are_those_of_the_run(rec: RecordedRun, page: Page) -> None:
    content, data = document(page)
    titles = [chart["title"]["text"] for chart in content["curves"]]
    assert titles == ["Loss", "Accuracy"]
    loss = content["curves"][0]["snapshot"]["series"]["step/loss"]
    columns = bytes_of(loss["data"], data)
    n = loss["count"]
    assert n == loss["total"] == len(rec.metrics["loss"])
    values = np.frombuffer(columns, "<f4", n, 12 * n)
    np.testing.assert_array_equal(values, rec.metrics["loss"].value.astype("<f4"))


def test_each_moment_has_what_the_model_made_of_the_probe(rec: RecordedRun, page: Page) -> None:
    content, data = document(page)
    steps = [moment["step"] for moment in content["moments"]]
    assert len(steps) >= 2
    assert set(steps) <= {snapshot.step for snapshot in rec.snapshots}
    assert (steps[0], steps[-1]) == (rec.snapshots[0].step, rec.snapshots[-1].step)
    probe = content["probe"]
    assert probe["labels"] == rec.probe().labels.tolist()  # type: ignore[union-attr]
    assert probe["kind"] == "classes"
    names = [layer["name"] for layer in probe["layers"]]
    # Flattening shows nothing new.
    assert not any("flatten" in name for name in names)
    assert names[0].startswith("conv2d")
    assert names[-1] == "probabilities"
    for i, step in enumerate(steps):
        answers = probe["answers"][i]
        if answers is None:
            assert rec.probe(step).predictions is None
            continue
        first = np.frombuffer(bytes_of(answers["indices"], data), "<u2").reshape(32, -1)[:, 0]
        np.testing.assert_array_equal(first, rec.probe(step).predictions.argmax(axis=1))  # type: ignore[union-attr]
    moments = probe["layers"][0]["moments"]
    assert moments[-1] is not None
    pictures = [bytes_of(moment["data"], data) for moment in moments if moment]
    assert len(set(pictures)) > 1


def test_distributions_of_the_weights_are_those_of_the_run(rec: RecordedRun, page: Page) -> None:
    content, data = document(page)
    plots = {plot["kind"]: plot for plot in content["histograms"]}
    assert plots.keys() == {"weights", "gradients", "activations"}
    weights = plots["weights"]
    name = next(name for name in weights["names"] if re.search(r"conv2d(_\d+)?/kernel", name))
    series = weights["snapshot"]["series"][name]
    rows = np.frombuffer(bytes_of(series["data"], data), "<f4").reshape(series["count"], -1)
    last = rec.weights()[name]
    step, low, high, counts = rows[-1, 0], rows[-1, 3], rows[-1, 4], rows[-1, 5:]
    assert step == rec.step_count
    assert (low, high) == (last.min(), last.max())
    assert counts.sum() == last.size


def test_weights_are_counted_where_no_histograms_were_recorded(tmp_path: Path) -> None:
    from dlwidgets.recording import RunWriter

    writer = RunWriter.create(dl.record(tmp_path, name="bare"), {})
    for step, scale in ((0, 1.0), (100, 2.0)):
        kernel = np.linspace(-scale, scale, 50, dtype="float32")
        writer.offer_snapshot(step, step / 50, step / 10, {"dense/kernel": kernel})
    writer.close("finished")
    rec = dl.open_run(writer.path)
    content, data = document(Page(rec.save_html(tmp_path / "run.html").read_text("utf-8")))
    (plot,) = content["histograms"]
    series = plot["snapshot"]["series"]["dense/kernel"]
    rows = np.frombuffer(bytes_of(series["data"], data), "<f4").reshape(2, -1)
    np.testing.assert_array_equal(rows[:, :5], [[0, 0, 0, -1, 1], [100, 2, 10, -2, 2]])


def test_facts_of_the_run_are_in_tables(page: Page) -> None:
    content, _ = document(page)
    tables = {table["title"]["text"]: table["rows"] for table in content["facts"]}
    assert {"Model", "Arguments of fit", "Data", "Versions"} <= tables.keys()
    rows = {str(row["name"]): row["value"] for row in tables["Data"]}
    assert rows["x"] == "1438 × 8 × 8 × 1 float32"
    assert content["head"]["best"] >= 1


def test_a_run_without_a_probe_and_without_steps_has_a_page(tmp_path: Path) -> None:
    from dlwidgets.recording import RunWriter

    writer = RunWriter.create(dl.record(tmp_path, name="empty"), {})
    writer.close("failed", "It failed at once.")
    made = dl.open_run(writer.path).save_html(tmp_path / "empty.html")
    content, _ = document(Page(made.read_text("utf-8")))
    assert content["probe"] is None
    assert content["curves"] == content["moments"] == []
    assert content["head"]["state"] == "failed"


def test_a_page_is_saved_without_tensorflow(rec: RecordedRun, tmp_path: Path) -> None:
    code = (
        "import sys, dlwidgets as dl\n"
        "for name in ('tensorflow', 'keras'): sys.modules[name] = None\n"
        f"dl.open_run({str(rec.path)!r}).save_html({str(tmp_path / 'run.html')!r})\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
    assert (tmp_path / "run.html").stat().st_size > 500_000


def test_a_file_that_cannot_be_written_leaves_nothing(rec: RecordedRun, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        rec.save_html(tmp_path / "missing" / "run.html")
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        rec.save_html(tmp_path / "folder")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_without_the_front_end_it_says_what_to_do(
    rec: RecordedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_page_parts, "jupyter_path", lambda _: [str(tmp_path)])
    monkeypatch.setattr(_page_parts, "_CHECKOUT", tmp_path)
    with pytest.raises(FileNotFoundError, match="Install dlwidgets again"):
        rec.save_html(tmp_path / "run.html")


@pytest.mark.slow
def test_a_long_run_stays_small(tmp_path: Path) -> None:
    """10,000 steps of a network with 50,000 weights, 20 snapshots, and a probe of 32 digits."""
    rec = recorded_cnn(tmp_path, data="digits28", epochs=20, batch_size=2)
    assert len(rec.metrics["loss"]) == 10_000
    assert len(rec.snapshots) >= 20
    loss = rec.metrics["loss"].value
    made = rec.save_html(tmp_path / "run.html")
    print(f"{made.stat().st_size:,} bytes")
    assert made.stat().st_size <= MOST_BYTES
    content, data = document(Page(made.read_text("utf-8")))
    kept = content["curves"][0]["snapshot"]["series"]["step/loss"]
    n = kept["count"]
    values = np.frombuffer(bytes_of(kept["data"], data), "<f4", n, 12 * n)
    # No spike is lost.
    assert values.max() == np.float32(loss.max())
    assert values.min() == np.float32(loss.min())
