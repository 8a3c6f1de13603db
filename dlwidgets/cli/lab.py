"""`dlwidgets lab`: the notebooks in JupyterLab, with this Python as their kernel."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from dlwidgets._messages import SOURCE_LANGUAGE, language_of_environment
from dlwidgets.cli.network import claim_port
from dlwidgets.cli.notebooks import resolve
from dlwidgets.cli.serve import JUPYTER_ROOT, require
from dlwidgets.cli.translated_notebooks import write_translations

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def lab_arguments(arguments: argparse.Namespace, path: Path, port: int) -> list[str]:
    """Return the command line of JupyterLab for the options of the command.

    Args:
        arguments: The parsed options.
        path: The notebook or folder to open, absolute.
        port: The port to listen on.

    Returns:
        The command line.
    """
    options = [
        f"--ServerApp.ip={arguments.ip}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.kernel_spec_manager_class=dlwidgets.cli.kernels.ThisPythonKernelSpecManager",
        "--ServerApp.kernel_websocket_connection_class=dlwidgets.cli.sockets.PromptConnection",
    ]
    if path.is_dir():
        options.append(f"--ServerApp.root_dir={path}")
    else:
        options.append(f"--ServerApp.root_dir={path.parent}")
        options.append(f"--LabApp.default_url=/lab/tree/{path.name}")
    if arguments.no_token:
        options.append("--IdentityProvider.token=")
    elif arguments.token:
        options.append(f"--IdentityProvider.token={arguments.token}")
    if arguments.no_browser:
        options.append("--ServerApp.open_browser=False")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # In a container, the user is root, and JupyterLab would refuse to start.
        options.append("--allow-root")
    return options


def offer_translations(folder: Path, language: str) -> None:
    """Write the tutorials in the reader's language beside the English ones.

    Args:
        folder: The folder of the notebooks that come with dlwidgets.
        language: The reader's language. In English nothing is to be written.
    """
    if language == SOURCE_LANGUAGE:
        return
    try:
        write_translations(folder / "tutorials", language)
    except OSError as error:
        print(
            f"dlwidgets: the tutorials in {language!r} can't be written beside the English ones: "
            f"{error}. Copy {folder} to a folder of your own, and open that.",
            file=sys.stderr,
        )


def lab(arguments: argparse.Namespace) -> int:
    """Run JupyterLab until interrupted.

    Args:
        arguments: The parsed options of the command line.

    Returns:
        The exit code.

    Raises:
        CommandError: A requirement is missing, or the port can't be used.
    """
    require("jupyterlab", "ipykernel")
    path = resolve(arguments.path, "")
    if arguments.path is None:
        offer_translations(path, arguments.language or language_of_environment(os.environ))
    port = claim_port(arguments.ip, arguments.port)
    # Settings that differ from JupyterLab's until users change them: no question about news from
    # the internet lies over a notebook.
    others = filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join([str(JUPYTER_ROOT), *others])

    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(lab_arguments(arguments, path, port))
    return 0
