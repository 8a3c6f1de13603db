"""Checks of addresses and ports before a server starts."""

from __future__ import annotations

import errno
import ipaddress
import secrets
import socket

from dlwidgets.cli.errors import CommandError


def is_loopback(ip: str) -> bool:
    """Return whether an address can be reached only from this machine.

    Args:
        ip: A host name or an address.
    """
    if ip == "localhost":
        return True
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False


def claim_port(ip: str, port: int) -> int:
    """Check that a server can listen on a port.

    Args:
        ip: The address or host name to listen on.
        port: The port, from 0 to 65535. 0 for any free port.

    Returns:
        The port, or a free one.

    Raises:
        CommandError: The port is in use or needs administrator rights, or the address isn't one
            of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            ip, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        message = f"--ip {ip}: unknown host ({error.strerror})."
        raise CommandError(message) from error
    with socket.socket(family, kind, protocol) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(address)
            trial.listen()
        except OSError as error:
            raise CommandError(_why_not(ip, port, error)) from error
        return int(trial.getsockname()[1])


def _why_not(ip: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {ip} is in use by another program. Stop that program, or choose "
            f"another port, for example --port {port + 1 if port < 65535 else 8866}."
        )
    if error.errno == errno.EACCES:
        return (
            f"port {port} needs administrator rights. Choose a port above 1023, for example "
            "--port 8866."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--ip {ip} is not an address of this machine. Use 127.0.0.1 or 0.0.0.0."
    return f"can't listen on port {port} of {ip}: {error.strerror}."


def choose_token(ip: str, token: str | None, no_token: bool) -> str:
    """Return the access token of the server.

    Args:
        ip: The address of the server.
        token: The requested token, or `None`.
        no_token: Whether the user asked for access without a token.

    Returns:
        The token. `""` for none, which is the default if only this machine can connect.

    Raises:
        CommandError: The requested token is empty.
    """
    if token is not None:
        if not token.strip():
            message = "--token expects a word. To allow access without a token, use --no-token."
            raise CommandError(message)
        return token
    return "" if no_token or is_loopback(ip) else secrets.token_urlsafe(16)
