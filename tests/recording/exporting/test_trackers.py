"""Exports to other trackers, whose libraries are stand-ins that check how they are called.

With the real ones installed (wandb 0.31, MLflow 3.17, Trackio 0.43), the same calls were read back.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.exporting import export
from dlwidgets.training import State
from tests.helpers.recordings import damaged, diverging, recording

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class LoggedRun:
    """A run of W&B or Trackio, which demand ascending steps."""

    def __init__(self, folder: Path | None = None) -> None:
        self.rows: dict[int, dict[str, Any]] = {}
        self.summary: dict[str, Any] = {}
        self.finished: list[dict[str, Any]] = []
        self.dir = "" if folder is None else str(folder / "wandb" / "run-1" / "files")

    def log(self, data: dict[str, Any], step: int) -> None:
        assert not self.finished
        assert not self.rows or step > max(self.rows)
        self.rows[step] = data

    def finish(self, **options: Any) -> None:
        self.finished.append(options)


def histogram(np_histogram: tuple[list[float], list[float]]) -> Any:
    counts, edges = np_histogram
    assert len(edges) == len(counts) + 1
    assert (np.diff(edges) > 0).all()
    return ("histogram", counts, edges)


def image(pixels: np.ndarray) -> Any:
    assert pixels.dtype == np.uint8
    assert pixels.ndim in (2, 3)
    return ("image", pixels)


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ModuleType]:
    def put(name: str, **content: Any) -> ModuleType:
        module = ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
        return module

    return put


@pytest.fixture
def wandb(install: Callable[..., ModuleType], tmp_path: Path) -> ModuleType:
    def init(**options: Any) -> LoggedRun:
        module.options = options
        module.run = LoggedRun(tmp_path)
        return module.run

    module = install(
        "wandb", init=init, Histogram=histogram, Image=image, Html=lambda s: ("html", s)
    )
    return module


def test_wandb_gets_curves_histograms_images_texts_and_settings(wandb: Any, tmp_path: Path) -> None:
    rec = recording()
    exported = export(rec, "wandb", tmp_path, project="digits")
    assert exported.path == tmp_path / "wandb" / "run-1"
    options, run = wandb.options, wandb.run
    assert options["mode"] == "offline"
    assert options["project"] == "digits"
    assert options["reinit"] == "create_new", "a run that is active must stay so"
    assert options["config"]["fit.epochs"] == 5
    assert options["tags"] == ["digits", "first try"]
    loss = [row["train/loss"] for row in run.rows.values()]
    np.testing.assert_array_equal(loss, rec.steps.points("loss").value)
    assert run.rows[300]["epoch"] == 3.0
    assert run.rows[300]["epoch/val_loss"] == rec.history["val_loss"][2]
    assert (
        run.rows[300]["weights/dense/kernel"][1]
        == rec.series["weights/dense/kernel"][2].counts.tolist()
    )
    assert run.rows[100]["samples/digits"][1].shape == (17, 26)
    assert run.rows[500]["samples/text"] == ("html", "<pre>one\n# two &lt;b&gt;</pre>")
    assert run.finished == [{"exit_code": 0}]
    assert run.summary == {"state": "finished"}


def test_a_failed_run_and_few_points(wandb: Any, tmp_path: Path) -> None:
    export(diverging(), "wandb", tmp_path, points=50)
    assert wandb.run.finished == [{"exit_code": 1}]
    assert sum("train/loss" in row for row in wandb.run.rows.values()) <= 50
    assert 300 in wandb.run.rows


def test_what_is_damaged_is_said(wandb: Any, tmp_path: Path) -> None:
    exported = export(damaged(RecordingError("x is damaged.")), "wandb", tmp_path)
    assert exported.notes[-1] == "x is damaged."
    assert len(wandb.run.rows) == 500


def test_an_error_of_the_library_is_said_and_the_run_is_closed(
    wandb: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("not logged in")

    monkeypatch.setattr(LoggedRun, "log", fail)
    with pytest.raises(RecordingError, match="wandb couldn't write the run: not logged in"):
        export(recording(), "wandb", tmp_path)
    assert wandb.run.finished


def test_trackio_gets_the_same_and_the_users_run_stays(
    install: Callable[..., ModuleType], tmp_path: Path
) -> None:
    active: ContextVar[LoggedRun | None] = ContextVar("active", default=None)
    mine = LoggedRun()
    active.set(mine)
    made: list[tuple[dict[str, Any], LoggedRun]] = []

    def init(**options: Any) -> LoggedRun:
        earlier = active.get()
        if earlier is not None:
            earlier.finish()
        made.append((options, LoggedRun()))
        active.set(made[-1][1])
        return made[-1][1]

    install(
        "trackio",
        init=init,
        Histogram=histogram,
        Image=image,
        Markdown=lambda s: ("text", s),
        TRACKIO_DIR=tmp_path,
    )
    rec = recording()
    assert export(rec, "trackio").path == tmp_path
    ((options, run),) = made
    assert options["name"] == rec.id
    assert options["auto_log_gpu"] is False
    assert len(run.rows) == 500
    assert run.rows[500]["samples/text"] == ("text", "one\n# two <b>")
    assert len(run.finished) == 1
    assert active.get() is mine
    assert mine.finished == []
    with pytest.raises(RecordingError, match="TRACKIO_DIR"):
        export(rec, "trackio", tmp_path / "elsewhere")


class Client:
    """MLflow's client, with its limits."""

    last: Client

    def __init__(self, uri: str | None) -> None:
        Client.last = self
        self.uri, self.metrics, self.params = uri, [], {}
        self.images, self.texts, self.ended = [], [], ()

    def get_experiment_by_name(self, name: str) -> None:
        self.experiment = name

    def create_experiment(self, name: str, artifact_location: str | None) -> str:
        self.artifacts = artifact_location
        return "7"

    def create_run(self, experiment: str, **options: Any) -> Any:
        assert experiment == "7"
        self.options = options
        return SimpleNamespace(info=SimpleNamespace(run_id="r"))

    def log_batch(self, run: str, metrics: Any = (), params: Any = ()) -> None:
        assert run == "r"
        assert len(metrics) <= 1000
        assert len(params) <= 100
        self.metrics += metrics
        self.params.update(params)

    def log_image(self, run: str, pixels: np.ndarray, **place: Any) -> None:
        self.images.append((image(pixels)[1].shape, place))

    def log_text(self, run: str, text: str, file: str) -> None:
        self.texts.append((text, file))

    def set_terminated(self, run: str, status: str, end: int) -> None:
        self.ended = (status, end)


@pytest.fixture
def mlflow(install: Callable[..., ModuleType]) -> ModuleType:
    entities = SimpleNamespace(Metric=lambda *parts: parts, Param=lambda key, value: (key, value))
    return install("mlflow", MlflowClient=Client, entities=entities)


def test_mlflow_gets_batches(mlflow: Any, tmp_path: Path) -> None:
    rec = recording(5000, 1000)
    export(rec, "mlflow", tmp_path, points=None)
    client = Client.last
    assert client.uri == f"sqlite:///{tmp_path / 'mlflow.db'}"
    assert client.artifacts == (tmp_path / "artifacts").as_uri()
    loss = [m for m in client.metrics if m[0] == "train/loss"]
    points = rec.steps.points("loss")
    np.testing.assert_array_equal([m[1] for m in loss], points.value)
    np.testing.assert_array_equal([m[3] for m in loss], points.step)
    assert loss[2600][2] - loss[2400][2] == 62_000, "milliseconds, with the pause"
    assert client.params["compile.optimizer.name"] == "adam"
    assert client.options["run_name"] == "mlp"
    assert [place["step"] for _, place in client.images] == [1000, 5000]
    assert client.texts == [("one\n# two <b>", "samples/text/000005000.txt")]
    status, end = client.ended
    assert status == "FINISHED"
    assert end == loss[-1][2]


def test_mlflow_gets_names_that_it_accepts_and_the_state(mlflow: Any, tmp_path: Path) -> None:
    rec = diverging()
    rec.state = State.STOPPED
    export(rec, "mlflow", tmp_path)
    names = {m[0] for m in Client.last.metrics}
    assert names == {"train/loss", "train/step", "train/odd_ _name__of a metric"}
    assert Client.last.ended[0] == "KILLED"


def test_mlflow_logs_where_the_user_says(mlflow: Any, tmp_path: Path) -> None:
    export(recording(), "mlflow", tracking_uri="http://127.0.0.1:1", experiment="mine")
    assert Client.last.uri == "http://127.0.0.1:1"
    assert Client.last.artifacts is None
    assert Client.last.experiment == "mine"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["wandb", "mlflow", "trackio"])
def test_a_library_that_is_not_installed_is_said(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, kind, None)
    with pytest.raises(RecordingError, match=rf"pip install {kind}"):
        export(recording(), kind, tmp_path / "out")
