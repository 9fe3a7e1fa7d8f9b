"""Ports of this computer: whether something listens there, and such as nobody else gets in the next moment."""

import contextlib
import itertools
import random
import socket

LOOPBACK = "127.0.0.1"
# Below those that the system gives to whoever asks for any: one of these stays free until a server has begun, and while
# it is away for a moment, however many others begin beside it.
_FIRST, _COUNT = 12_000, 18_000
_numbers = itertools.count(random.SystemRandom().randrange(_COUNT))


def listens(port: int) -> bool:
    """Whether something listens at this port of the loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        reached = one.connect_ex((LOOPBACK, port)) == 0
        # Where nothing listens, the system may give the asking side this very port, and then it meets itself.
        return reached and one.getsockname() != one.getpeername()


def free_port() -> int:
    """A port that nothing listens at now, another one each time."""
    for number in itertools.islice(_numbers, _COUNT):
        port = _FIRST + number % _COUNT
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind((LOOPBACK, port))
            return port
    message = "no port is free"
    raise RuntimeError(message)
