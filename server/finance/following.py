"""Lets several parts of the area follow rows of the same kind, in the order in which they are named."""

from collections.abc import Mapping, Sequence
from functools import partial

from server.core.batch import Batch, ChangedRow, Follower


def joined(*parts: Mapping[str, Follower]) -> dict[str, Follower]:
    """Return one mapping by kind, whose followers call those of all parts."""
    found: dict[str, list[Follower]] = {}
    for part in parts:
        for kind, follower in part.items():
            found.setdefault(kind, []).append(follower)
    return {kind: partial(_each, followers) for kind, followers in found.items()}


def _each(followers: Sequence[Follower], batch: Batch, rows: Sequence[ChangedRow]) -> None:
    for follower in followers:
        follower(batch, rows)
