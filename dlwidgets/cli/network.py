"""Addresses and ports: whether one can be listened on, said before anything is started."""

from __future__ import annotations

import errno
import ipaddress
import secrets
import socket

from dlwidgets.cli.errors import CommandError


def is_loopback(ip: str) -> bool:
    """Tell whether an address is reachable from this machine only.

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
        port: The port, in [0, 65535]; 0 for any free one.

    Returns:
        The port, or the free one that was found.

    Raises:
        CommandError: It is busy, needs privileges, or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            ip, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        message = f"--ip {ip}: there is no such host ({error.strerror})."
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
            f"port {port} on {ip} is in use by another program; stop that program or choose "
            f"another port, for example --port {port + 1 if port < 65535 else 8866}."
        )
    if error.errno == errno.EACCES:
        return (
            f"port {port} needs administrator rights; choose one above 1023, for example "
            "--port 8866."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--ip {ip} is not an address of this machine; use 127.0.0.1 or 0.0.0.0."
    return f"cannot listen on port {port} of {ip}: {error.strerror}."


def choose_token(ip: str, token: str | None, no_token: bool) -> str:
    """Choose the word that visitors must know.

    Args:
        ip: The address listened on.
        token: The word asked for, or None.
        no_token: Whether protection was explicitly declined.

    Returns:
        The word; "" for none, which is the default only where no one else can connect.

    Raises:
        CommandError: The word asked for is empty.
    """
    if token is not None:
        if not token.strip():
            message = "--token expects a word; to let anyone in, use --no-token."
            raise CommandError(message)
        return token
    return "" if no_token or is_loopback(ip) else secrets.token_urlsafe(16)
