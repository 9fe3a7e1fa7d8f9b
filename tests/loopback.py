"""Looks at ports of this computer."""

import socket


def listens(port: int) -> bool:
    """Whether something listens at this port of the loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
