"""The country of an address, from a file of ranges that the office may supply; without one no country is known."""

import csv
import ipaddress
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from shared.core.errors import CampusError
from shared.core.text import text

_MOST_LINES = 1_000_000


@dataclass(frozen=True)
class Ranges:
    """Ranges in ascending order: first and last address as numbers, and the country as two letters."""

    firsts: tuple[tuple[int, int], ...] = ()
    rest: tuple[tuple[int, str], ...] = ()

    def country(self, address: str) -> str | None:
        """Return the country of an address, None for private, unknown and malformed ones."""
        try:
            read = ipaddress.ip_address(address)
        except ValueError:
            return None
        if isinstance(read, ipaddress.IPv6Address) and read.ipv4_mapped is not None:
            read = read.ipv4_mapped
        at = bisect_right(self.firsts, (read.version, int(read))) - 1
        if at < 0 or self.firsts[at][0] != read.version or int(read) > self.rest[at][0]:
            return None
        return self.rest[at][1]


@lru_cache(maxsize=4)
def read_ranges(path: Path | None) -> Ranges:
    """Return the ranges of a CSV file, `network,country` on each line (`41.66.192.0/18,GH`).

    Raises CampusError `settings_invalid` with the line that can't be read.
    """
    if path is None:
        return Ranges()
    found = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, line in zip(range(1, _MOST_LINES), csv.reader(file), strict=False):
                if line and not line[0].startswith("#"):
                    found.append(_range(line, number))
    except (OSError, UnicodeDecodeError) as failure:
        raise _unreadable(text("it can't be opened")) from failure
    found.sort()
    return Ranges(tuple(one[0] for one in found), tuple(one[1] for one in found))


def _range(line: list[str], number: int) -> tuple[tuple[int, int], tuple[int, str]]:
    try:
        network = ipaddress.ip_network(line[0].strip())
        country = line[1].strip().upper()
    except (ValueError, IndexError) as failure:
        raise _unreadable(text("line {n} isn't a network and a country", n=number)) from failure
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise _unreadable(text("line {n} isn't a network and a country", n=number))
    return (network.version, int(network[0])), (int(network[-1]), country)


def _unreadable(reason: str) -> CampusError:
    message = text("The file of address ranges (setting address_ranges) can't be used: {reason}.", reason=reason)
    return CampusError("settings_invalid", message)
