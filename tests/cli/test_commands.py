"""What the command says to wrong input, and what `doctor` finds."""

from __future__ import annotations

import importlib.util
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

from dlwidgets.cli import build_parser, doctor, main, network, notebooks, sockets
from dlwidgets.cli.errors import CommandError
from dlwidgets.cli.lab import lab_arguments
from dlwidgets.cli.serve import build_config, warm_count
from dlwidgets.course import places
from tests.helpers.servers import notebook


def fails(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """Run a command that must end with code 2, and return its one sentence."""
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("dlwidgets: ")
    assert captured.err.count("\n") == 1
    return captured.err


@pytest.mark.parametrize("command", ["serve", "lab"])
def test_path_problems(command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("x")
    (tmp_path / ".hidden").mkdir()
    notebook(tmp_path / ".hidden" / "a.ipynb", "# A")
    assert "does not exist" in fails(capsys, command, str(tmp_path / "nowhere"))
    assert "contains no notebooks" in fails(capsys, command, str(tmp_path))
    assert "is not a notebook" in fails(capsys, command, str(tmp_path / "text.txt"))


@pytest.mark.parametrize("command", ["serve", "lab"])
def test_port_problems(command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = str(notebook(tmp_path / "a.ipynb", "# A"))
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        said = fails(capsys, command, path, "--port", str(port))
        assert f"port {port} on 127.0.0.1 is in use" in said
        assert "--port" in said
    assert "not an address of this machine" in fails(capsys, command, path, "--ip", "203.0.113.1")
    assert "unknown host" in fails(capsys, command, path, "--ip", "no.such.host.invalid")


def test_privileged_port(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bind(_self: socket.socket, _address: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", bind)
    path = str(notebook(tmp_path / "a.ipynb", "# A"))
    assert "needs administrator rights" in fails(capsys, "serve", path, "--port", "80")


@pytest.mark.parametrize("port", ["80x", "-1", "65536", "1e3", ""])
def test_invalid_port(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", f"--port={port}"])
    assert ended.value.code == 2
    assert f"Received: {port!r}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "module"), [("serve", "voila"), ("serve", "ipykernel"), ("lab", "jupyterlab")]
)
def test_missing_package(
    command: str,
    module: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == module else real(name)
    )
    said = fails(capsys, command)
    assert f"{module} is not installed" in said
    assert f"pip install {module}" in said


def test_own_dashboards_need_tensorflow(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == "tensorflow" else real(name)
    )
    assert "pip install 'dlwidgets[cpu]'" in fails(capsys, "serve")


def test_free_port_and_token() -> None:
    assert network.claim_port("127.0.0.1", 0) > 0
    assert network.choose_token("127.0.0.1", None, False) == ""
    assert network.choose_token("::1", None, False) == ""
    assert network.choose_token("0.0.0.0", None, True) == ""
    assert network.choose_token("0.0.0.0", "word", False) == "word"
    first, second = (network.choose_token("0.0.0.0", None, False) for _ in range(2))
    assert len(first) >= 16
    assert first != second
    with pytest.raises(CommandError, match="expects a word"):
        network.choose_token("127.0.0.1", " ", False)


@pytest.mark.parametrize(("free", "kernels"), [(0, 0), (1.9e9, 0), (2e9, 1), (5e9, 2), (64e9, 3)])
def test_kept_ready_kernels_depend_on_memory(free: float, kernels: int) -> None:
    assert warm_count(free) == kernels


def test_default_path_is_the_packages_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(places, "PACKAGE", tmp_path / "site" / "dlwidgets")
    with pytest.raises(CommandError, match="are not installed"):
        notebooks.resolve(None, "dashboards")
    installed = tmp_path / "site" / "dlwidgets" / "notebooks" / "dashboards"
    notebook(installed / "train.ipynb", "# Train")
    assert notebooks.resolve(None, "dashboards") == installed
    source = tmp_path / "site" / "notebooks" / "dashboards"
    notebook(source / "train.ipynb", "# Train")
    assert notebooks.resolve(None, "") == source.parent


def test_cards(tmp_path: Path) -> None:
    notebook(tmp_path / "b_file-name.ipynb", "print(1)")
    notebook(tmp_path / "a.ipynb", "# **Bold** `code` and [a link](https://x.y)\nText *of* it.")
    notebook(tmp_path / "train.ipynb", "#### Train here", "# no\n\n| a | table |\n\nA snake_case.")
    notebook(tmp_path / "z.ipynb", "# Z", dlwidgets={"order": -1, "title": 5, "description": ""})
    notebook(tmp_path / "y.ipynb", "# Y", dlwidgets={"order": float("nan")})
    (tmp_path / "list.ipynb").write_text("[]")
    (tmp_path / "odd.ipynb").write_text('{"cells": [1, {"cell_type": "markdown"}], "metadata": {}}')
    made = {card.path: card for card in notebooks.cards(tmp_path)}
    assert list(made)[:2] == ["z.ipynb", "train.ipynb"]
    assert made["a.ipynb"].title == "Bold code and a link"
    assert made["a.ipynb"].description == "Text of it."
    assert made["b_file-name.ipynb"].title == "B file name"
    assert made["train.ipynb"].description == "A snake_case."
    assert made["z.ipynb"].title == "Z"
    assert "damaged" in made["list.ipynb"].problem
    assert made["odd.ipynb"].title == "Odd"


def test_cards_follow_changes(tmp_path: Path) -> None:
    notebook(tmp_path / "a.ipynb", "# First")
    assert notebooks.cards(tmp_path)[0].title == "First"
    notebook(tmp_path / "a.ipynb", "# Second title")
    assert notebooks.cards(tmp_path)[0].title == "Second title"
    (tmp_path / "a.ipynb").unlink()
    assert notebooks.cards(tmp_path) == []


def parsed(*argv: str) -> Any:
    return build_parser().parse_args(argv)


def test_config_only_of_what_was_asked(tmp_path: Path) -> None:
    path = notebook(tmp_path / "a [1].ipynb", "# A")
    config = build_config(parsed("serve", "--cull-timeout", "60"), tmp_path, 9000, "")
    assert config.Voila.port == 9000
    assert config.PageKernelManager.cull_idle_timeout == 60
    assert config.Voila.tornado_settings["allow_remote_access"] is False
    pools = config.VoilaKernelManager.kernel_pools_config
    assert pools["default"] == {"pool_size": 0}
    assert set(pools) <= {"default", path.name}
    config = build_config(parsed("serve", "--ip", "0.0.0.0", "--no-preheat"), path, 1, "word")
    assert config.Voila.tornado_settings["allow_remote_access"] is True
    assert config.VoilaConfiguration.preheat_kernel is False
    assert config.Voila.notebook_path == str(path)


def test_lab_arguments(tmp_path: Path) -> None:
    path = notebook(tmp_path / "a.ipynb", "# A")
    options = lab_arguments(parsed("lab", "--token", "word", "--no-browser"), path, 8888)
    assert f"--ServerApp.root_dir={tmp_path}" in options
    assert "--LabApp.default_url=/lab/tree/a.ipynb" in options
    assert "--IdentityProvider.token=word" in options
    assert "--ServerApp.open_browser=False" in options
    assert "--IdentityProvider.token=" in lab_arguments(parsed("lab", "--no-token"), tmp_path, 1)


def test_both_servers_send_a_kernels_answers_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "dlwidgets.cli.sockets.PromptConnection"
    options = lab_arguments(parsed("lab"), tmp_path, 1)
    assert f"--ServerApp.kernel_websocket_connection_class={name}" in options
    config = build_config(parsed("serve"), tmp_path, 9000, "")
    assert config.Voila.kernel_websocket_connection_class == name
    calls: list[Any] = []
    base = sockets.ZMQChannelsWebsocketConnection
    monkeypatch.setattr(base, "connect", lambda *arguments: calls.extend(arguments))
    monkeypatch.setattr(KernelWebsocketHandler, "set_nodelay", lambda _, value: calls.append(value))
    connection = sockets.PromptConnection.__new__(sockets.PromptConnection)
    connection.websocket_handler = KernelWebsocketHandler.__new__(KernelWebsocketHandler)
    connection.connect()
    assert calls == [True, connection]


GOOD = {"tensorflow": "2.21.0", "keras": "3.15.1", "backend": "tensorflow", "cuda": False}


def only_problem(findings: list[doctor.Finding], status: str = "problem") -> doctor.Finding:
    found = [finding for finding in findings if finding.status == status]
    assert len(found) == 1
    assert found[0].advice.endswith(".")
    return found[0]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"keras": "3.9.0"}, "keras>=3.14"),
        ({"backend": "torch"}, "KERAS_BACKEND=tensorflow"),
    ],
)
def test_doctor_on_keras(changes: dict[str, str], what: str) -> None:
    problem = only_problem(doctor.check_tensorflow({**GOOD, "gpus": [], **changes}))
    assert what in problem.advice


def test_doctor_without_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    assert only_problem(doctor.check_tensorflow({"error": "no libfoo.so"})).value.endswith(
        "libfoo.so"
    )
    monkeypatch.setattr(doctor, "version_of", lambda *_names: "")
    assert "dlwidgets[cpu]" in only_problem(doctor.check_tensorflow()).advice


def test_doctor_tells_why_there_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    def gpu(*, cuda: bool, gpus: tuple[str, ...] = ()) -> doctor.Finding:
        return doctor.check_tensorflow({**GOOD, "cuda": cuda, "gpus": list(gpus)})[-1]

    assert gpu(cuda=True, gpus=("NVIDIA H200",)).value == "NVIDIA H200"
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert "no NVIDIA driver" in gpu(cuda=False).value
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert "built for CPUs only" in gpu(cuda=False).value
    assert "dlwidgets[gpu]" in gpu(cuda=False).advice
    assert "and-cuda" in gpu(cuda=True).advice
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert "CUDA_VISIBLE_DEVICES" in gpu(cuda=True).advice


def test_doctor_on_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {"voila": "", "ipykernel": "7.0.1"}
    monkeypatch.setattr(doctor, "version_of", lambda name, *_: versions.get(name, "1.0"))
    problems = {f.name: f for f in doctor.check_packages() if f.status == "problem"}
    assert set(problems) == {"voila", "ipykernel"}
    assert "pip install voila" in problems["voila"].advice
    assert "!=7.0.*" in problems["ipykernel"].advice


def test_doctor_on_the_front_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *_: [str(tmp_path)])
    monkeypatch.setattr(doctor, "__version__", "0.1.0")
    assert "not installed" in doctor.check_front_end().value
    package = tmp_path / "dlwidgets" / "package.json"
    package.parent.mkdir()
    package.write_text('{"version": "0.1.0"}')
    assert doctor.check_front_end().status == "ok"
    package.write_text('{"version": "0.0.9"}')
    assert "version 0.0.9, but the Python package is 0.1.0" in doctor.check_front_end().value
    package.write_text("{")
    assert "damaged" in doctor.check_front_end().value


def test_doctor_names_damaged_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mnist.npz").write_bytes(b"PK")
    monkeypatch.setenv("DLWIDGETS_DATA", str(tmp_path))
    assert str(tmp_path / "mnist.npz") in only_problem(doctor.check_data(), "note").advice


@pytest.mark.parametrize("ok", [True, False])
def test_doctor_report(
    ok: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = [doctor.Finding("Python", "3.11")]
    if not ok:
        findings.append(doctor.Finding("voila", "not installed", "problem", "Install it."))
    monkeypatch.setattr(doctor, "examine", lambda: findings)
    assert main(["doctor"]) == (0 if ok else 1)
    text = capsys.readouterr().out
    assert ("No problems found" in text) == ok
    assert ("FAIL  voila" in text) == (not ok)
    assert main(["doctor", "--json"]) == (0 if ok else 1)
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is ok
    assert report["findings"][0] == {
        "name": "Python",
        "value": "3.11",
        "status": "ok",
        "advice": "",
    }
