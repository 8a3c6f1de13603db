"""The `dlwidgets` command: `serve` dashboards, open `lab`, check with `doctor`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dlwidgets import _messages
from dlwidgets.cli.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_EXAMPLES = """examples:
  dlwidgets serve                       dashboards and course, at http://127.0.0.1:8866
  dlwidgets serve my.ipynb --port 9000  your own notebook
  dlwidgets serve --ip 0.0.0.0          for other machines in the network, with a token
  dlwidgets lab                         the same notebooks in JupyterLab
  dlwidgets doctor                      what is installed, and how to fix problems
"""


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        message = f"Expected a port from 1 to 65535, or 0 for any free port. Received: {text!r}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _seconds(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        message = f"Expected an integer number of seconds, at least 1. Received: {text!r}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _add_server_options(parser: argparse.ArgumentParser, port: int) -> None:
    parser.add_argument(
        "path", nargs="?", type=Path, metavar="PATH", help="a notebook or a folder of notebooks"
    )
    parser.add_argument(
        "--port", type=_port, default=port, help=f"port to listen on ({port}; 0: any free port)"
    )
    parser.add_argument(
        "--ip",
        default="127.0.0.1",
        help="address to listen on (127.0.0.1: only this machine; 0.0.0.0: all its networks)",
    )
    protection = parser.add_mutually_exclusive_group()
    protection.add_argument("--token", metavar="TOKEN", help="access token that users must enter")
    protection.add_argument("--no-token", action="store_true", help="allow access without a token")
    parser.add_argument("--no-browser", action="store_true", help="don't open a browser window")


def _serve(arguments: argparse.Namespace) -> int:
    from dlwidgets.cli.serve import serve

    return serve(arguments)


def _lab(arguments: argparse.Namespace) -> int:
    from dlwidgets.cli.lab import lab

    return lab(arguments)


def _doctor(arguments: argparse.Namespace) -> int:
    from dlwidgets.cli.doctor import doctor

    return doctor(as_json=arguments.json)


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of the command line.

    Returns:
        A parser whose result has ``run``, the function to call with it.
    """
    parser = argparse.ArgumentParser(
        prog="dlwidgets",
        description="Watch, steer and look inside Keras training.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=f"dlwidgets {name}: {text}.")
        added.set_defaults(run=run)
        return added

    serve = command("serve", _serve, "serve notebooks as dashboards, with a gallery page")
    _add_server_options(serve, 8866)
    serve.add_argument(
        "--no-preheat",
        action="store_true",
        help="start kernels only when a page is opened: less memory, but pages open more slowly",
    )
    serve.add_argument(
        "--theme",
        choices=("auto", "light", "dark"),
        default="auto",
        help="colors of the pages (auto: as in the user's system)",
    )
    serve.add_argument(
        "--language",
        choices=_messages.languages(),
        default="",
        help="language of the pages, until the reader chooses another (default: the browser's)",
    )
    serve.add_argument(
        "--cull-timeout",
        type=_seconds,
        default=300,
        metavar="SECONDS",
        help="shut down the kernel of a page this long after the page is closed (300)",
    )
    serve.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another host name of the server, for example behind a proxy; may be repeated",
    )
    serve.add_argument(
        "--base-url", default="/", metavar="PATH", help="common path of all pages (/)"
    )
    serve.add_argument(
        "--debug", action="store_true", help="log more, and show complete errors on the pages"
    )

    lab = command("lab", _lab, "open the notebooks in JupyterLab")
    _add_server_options(lab, 8888)
    lab.add_argument(
        "--language",
        choices=_messages.languages(),
        default="",
        help="language of the tutorials, written as NAME.zh.ipynb (default: the system's)",
    )

    doctor = command("doctor", _doctor, "check the installation and suggest fixes")
    doctor.add_argument("--json", action="store_true", help="print JSON instead of text")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the `dlwidgets` command.

    Args:
        argv: The arguments. `None` for those of the process.

    Returns:
        The exit code: 0 for success, 1 if `doctor` found a problem, 2 for an error.

    Example:
        >>> main(["doctor"])  # doctest: +SKIP
        0
    """
    arguments = build_parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except CommandError as error:
        print(f"dlwidgets: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return code
