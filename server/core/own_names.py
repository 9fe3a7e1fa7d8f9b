"""The names and addresses by which this machine is reached, for its certificate and for the QR code."""

import contextlib
import ipaddress
import socket

_ANY_OUTSIDE = ("192.0.2.1", 9)  # an address for documents: nothing is sent, the system only chooses a way there


def machine_names() -> tuple[str, ...]:
    """Return host names and addresses of this machine, the most useful first; loopback ones are left out."""
    name = socket.gethostname()
    found = [*_addresses(name), name]
    with contextlib.suppress(OSError):
        found.append(socket.getfqdn(name))
    return tuple(dict.fromkeys(one for one in found if one and one != "localhost" and _is_ascii(one)))


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _addresses(name: str) -> list[str]:
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(_ANY_OUTSIDE)
        found.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):
        found += [str(entry[4][0]) for entry in socket.getaddrinfo(name, None)]
    return [one for one in found if not ipaddress.ip_address(one.partition("%")[0]).is_loopback and "%" not in one]


def _is_ascii(name: str) -> bool:
    return name.isascii()
