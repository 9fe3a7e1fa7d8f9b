"""Looks at ports of this computer."""

import socket


def listens(port: int) -> bool:
    """Whether something listens at this port of the loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        reached = one.connect_ex(("127.0.0.1", port)) == 0
        # Where nothing listens, the system may give the asking side this very port, and then it meets itself.
        return reached and one.getsockname() != one.getpeername()
