"""Saved models: what comes back, and that a name reaches no other file."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.models import saved
from dlwidgets.models.saved import SavedAbout

if TYPE_CHECKING:
    from pathlib import Path

ABOUT = SavedAbout(
    kind="classifier",
    title="MLP 200-150",
    dataset="digits",
    class_names=("0", "九"),
    settings={"epochs": 3, "xla": False, "device": None},
    step=45,
    metrics={"val_accuracy": 0.9},
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(saved.ENVIRONMENT_VARIABLE, str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture(scope="module")
def model() -> Any:
    return dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)


def test_a_model_comes_back_with_all_that_was_stored(model: Any) -> None:
    x = np.random.default_rng(0).random((5, 8, 8, 1), "float32")
    assert saved.save_model(model, "first try", ABOUT) == "first try"
    loaded, about = saved.load_model("first try")
    assert about == ABOUT
    np.testing.assert_array_equal(loaded(x), model(x))
    assert saved.saved_models() == {"first try": ABOUT}
    assert saved.saved_models("vae") == {}


@pytest.mark.parametrize("kind", ["vae", "gan"])
def test_the_package_s_own_models_come_back(kind: str) -> None:
    made = dl.models.dense_vae((8, 8, 1), 2, seed=1) if kind == "vae" else dl.models.small_gan()
    made.compile("adam") if kind == "vae" else None
    saved.save_model(made, kind, SavedAbout(kind=kind, title=kind))
    loaded, _ = saved.load_model(kind)
    assert type(loaded) is type(made)
    for theirs, ours in zip(loaded.get_weights(), made.get_weights(), strict=True):
        np.testing.assert_array_equal(theirs, ours)


def test_no_model_is_overwritten(model: Any) -> None:
    names = [saved.save_model(model, "same", ABOUT) for _ in range(3)]
    assert names == ["same", "same-2", "same-3"]


@pytest.mark.parametrize(
    "name",
    ["", " ", "../x", "a/b", "a\\b", "..", ".hidden", "x.keras", "a\0b", "x" * 61, "a\nb", "-a"],
)
def test_a_name_is_no_path(name: str, model: Any, folder: Path) -> None:
    with pytest.raises(ValueError, match="Expected a name of at most 60"):
        saved.save_model(model, name, ABOUT)
    with pytest.raises(ValueError, match="Expected a name"):
        saved.load_model(name)
    assert not folder.exists() or not list(folder.rglob("*.keras"))


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(FileNotFoundError, match="There is no saved model 'nothing'"):
        saved.load_model("nothing")


def test_a_model_without_its_json_is_not_listed(model: Any, folder: Path) -> None:
    saved.save_model(model, "a", ABOUT)
    (folder / "a.json").write_text("{")
    assert saved.saved_models() == {}
    (folder / "a.json").write_text(json.dumps({"unknown": 1}))
    assert saved.saved_models() == {}


def test_the_folder_does_not_grow_without_end(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MAX_SAVED", 2)
    for _ in range(2):
        saved.save_model(model, "a", ABOUT)
    with pytest.raises(ValueError, match="The folder contains 2 models"):
        saved.save_model(model, "a", ABOUT)


def test_a_model_is_handed_over_by_a_token(model: Any, folder: Path) -> None:
    token = saved.hand_over(model, ABOUT)
    _, about = saved.take_over(token)
    assert about == ABOUT
    assert saved.saved_models() == {}, "only who has the token sees it"
    for wrong in ("", "x" * 22, "../" + token, token + "x"):
        with pytest.raises(FileNotFoundError, match="no longer there"):
            saved.take_over(wrong)
    old = time.time() - 2 * 24 * 3600
    os.utime(folder / "handed-over" / f"{token}.keras", (old, old))
    saved.hand_over(model, ABOUT)
    with pytest.raises(FileNotFoundError):
        saved.take_over(token)
    assert len(list((folder / "handed-over").iterdir())) == 2


def test_no_code_comes_from_a_file(folder: Path) -> None:
    code = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x + 1)])
    saved.save_model(code, "lambda", ABOUT)
    with pytest.raises(ValueError, match="safe_mode"):
        saved.load_model("lambda")


def test_models_that_are_saved_at_once_get_names_of_their_own(folder: Path) -> None:
    nets = [keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]) for _ in range(6)]
    for i, net in enumerate(nets):
        net.set_weights([np.full((1, 1), i, np.float32), np.zeros(1, np.float32)])

    def save(i: int) -> str:
        return saved.save_model(nets[i], "same", replace(ABOUT, step=i))

    with ThreadPoolExecutor(len(nets)) as pool:
        names = list(pool.map(save, range(len(nets))))
    assert len(set(names)) == len(nets)
    for i, name in enumerate(names):
        loaded, about = saved.load_model(name)
        assert (about.step, loaded.get_weights()[0].item()) == (i, i)
    assert {path.suffix for path in folder.iterdir()} == {".keras", ".json"}


def test_saving_that_ends_in_the_middle_leaves_nothing_behind(
    model: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(model, "save", half)
        with pytest.raises(OSError, match="the disk is full"):
            saved.save_model(model, "a", ABOUT)
    assert list(folder.iterdir()) == []
    killed = folder / "a.saving"  # what a process leaves that is ended while it saves
    killed.mkdir()
    (killed / "a.keras").write_bytes(b"half")
    assert saved.saved_models() == {}
    assert saved.save_model(model, "a", ABOUT) == "a-2", "it may be going on"
    old = time.time() - 2 * 3600
    os.utime(killed, (old, old))
    assert saved.save_model(model, "a", ABOUT) == "a"
    assert not killed.exists()


def test_a_long_name_gets_a_number_too(model: Any) -> None:
    saved.save_model(model, "x" * 60, ABOUT)
    second = saved.save_model(model, "x" * 60, ABOUT)
    assert second == "x" * 58 + "-2"
    saved.load_model(second)
