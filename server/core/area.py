"""What an area gives to the server: its commands, its scopes, its settlers and its routes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter

from server.core.batch import Batch, CommandType, Follower, Item
from server.core.database import Db
from shared.core.actor import Actor
from shared.core.conflict import Conflict


@dataclass(frozen=True)
class AccessPart:
    """What an area adds to an actor: cohorts he or she teaches, and scopes that the feed shows."""

    teaches: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()


Access = Callable[[Db, Actor], AccessPart]
Settler = Callable[[Batch, Item, Conflict, Mapping[str, str]], None]
"""Carries out the choices (field to command id) made about a conflict on a row of its kind."""


@dataclass(frozen=True)
class Area:
    """One area of the server."""

    name: str
    commands: Sequence[CommandType] = ()
    access: Access | None = None
    settlers: Mapping[str, Settler] = field(default_factory=dict)
    followers: Mapping[str, Follower] = field(default_factory=dict)
    """By kind of a lower area's row: what this area does when such rows change."""
    guarded: Mapping[str, Callable[[Actor], bool]] = field(default_factory=dict)
    """By kind of row: who of those that see everything gets such rows; without an entry all of them."""
    routers: Callable[[Any], Sequence[APIRouter]] | None = None
    """Called once with the application's context; gives the area's routes."""
