"""The files for Binder: what repo2docker makes of them, and the server that they start."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

import pytest

from tests.helpers import processes
from tests.helpers.servers import environment, kernel_of, notebook

ROOT = Path(__file__).resolve().parents[1]
BINDER = ROOT / "binder"
SCRIPTS = ("postBuild", "start")


def read(name: str) -> str:
    return (BINDER / name).read_text()


def test_python_is_one_that_the_package_supports_and_is_tested_with() -> None:
    version = re.fullmatch(r"python-(3\.\d+)\n", read("runtime.txt"))
    assert version
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert int(version[1][2:]) >= int(project["requires-python"].removeprefix(">=3."))
    workflow = (ROOT / ".github/workflows/ci.yml").read_text()
    assert f'"{version[1]}"' in workflow


def test_the_package_is_installed_from_the_copied_tree() -> None:
    lines = read("requirements.txt").split()
    # repo2docker installs after it has copied the tree only if a line starts like a path.
    assert lines[0] == ".[cpu]"
    assert not (BINDER / "environment.yml").exists()
    assert not (ROOT / ".binder").exists(), "repo2docker refuses both"
    # The image begins with ipykernel 7.0, which the package excludes.
    assert "ipykernel>=7.4" in lines


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_can_be_run(name: str) -> None:
    assert os.access(BINDER / name, os.X_OK)
    assert read(name).startswith("#!/bin/bash\n")
    subprocess.run(["bash", "-n", BINDER / name], check=True)


def test_start_sets_what_one_core_needs_and_runs_the_command(tmp_path: Path) -> None:
    printed = subprocess.run(
        [BINDER / "start", "env", "-0"], check=True, capture_output=True, cwd=tmp_path, text=True
    ).stdout
    variables = dict(line.split("=", 1) for line in printed.split("\0") if "=" in line)
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        assert variables[name] == "1"
    settings = Path(variables["JUPYTER_CONFIG_PATH"].partition(":")[0])
    assert (settings / "jupyter_server_config.py").is_file()


def test_the_image_takes_no_tests_and_no_history() -> None:
    assert {".git", "tests", "labextension/node_modules"} <= set(read(".dockerignore").split())


def test_repo2docker_renders_it() -> None:
    program = shutil.which("jupyter-repo2docker", path=Path(sys.executable).parent)
    if program is None:
        pytest.skip("jupyter-repo2docker isn't installed")
    done = subprocess.run(
        [program, "--no-build", "--debug", ROOT],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "python=3.12" in said
    copied = said.index(" src/ ${REPO_DIR}/")
    assert copied < said.index('-r "binder/requirements.txt"')
    assert "./binder/postBuild" in said
    assert "binder/start" in said


@pytest.mark.slow
def test_a_page_ends_when_the_next_one_opens_and_says_so(tmp_path: Path) -> None:
    notebook(tmp_path / "first.ipynb", "# First", "print('first')", dlwidgets={"title": "One"})
    notebook(tmp_path / "second.ipynb", "# Second", "print('second')")
    command = [
        *(str(BINDER / "start"), sys.executable, "-m", "jupyter_server", "--no-browser"),
        *(
            "--allow-root",
            "--IdentityProvider.token=",
            "--port=0",
            f"--ServerApp.root_dir={tmp_path}",
        ),
    ]
    with processes.launched(
        command,
        announced=r"(http://127\.0\.0\.1:\d+)/",
        log=tmp_path / "server.log",
        env=environment(PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}"),
        cwd=tmp_path,
    ) as (_process, address):

        def get(path: str) -> str:
            with urllib.request.urlopen(f"{address}/{path}", timeout=120) as answer:
                return str(answer.read().decode())

        html = get("voila/render/first.ipynb")
        assert "<title>One</title>" in html
        first = kernel_of(html)
        assert json.loads(get(f"dlwidgets/alive/{first}")) == {"alive": True, "made_way": False}
        second = kernel_of(get("voila/render/second.ipynb"))
        assert json.loads(get(f"dlwidgets/alive/{first}")) == {"alive": False, "made_way": True}
        assert json.loads(get(f"dlwidgets/alive/{second}"))["alive"]
        assert len(json.loads(get("api/kernels"))) == 1
