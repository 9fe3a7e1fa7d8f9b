"""What an area gives to the server: its commands, its scopes, its settlers and its routes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter

from server.core.agreement import Agreement
from server.core.batch import Batch, CommandType, Follower, Item
from server.core.carrying import TermPart
from server.core.database import Db
from server.core.letters import MakePaper, Post
from server.core.person_moves import PersonMove
from server.core.personal_data import KeepsPerson, PersonalTable
from server.core.retention import RetentionClass
from shared.core.actor import Actor
from shared.core.conflict import Conflict


@dataclass(frozen=True)
class AccessPart:
    """What an area adds to an actor: cohorts he or she teaches, what is withheld there, and scopes of the feed."""

    teaches: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    merges: bool = False
    """Whether entries of people were merged in the institute, so that late work is looked at for where it belongs."""


Access = Callable[[Db, Actor], AccessPart]
Settler = Callable[[Batch, Item, Conflict, Mapping[str, str]], None]
"""Carries out the choices (field to command id) made about a conflict on a row of its kind."""
Run = Callable[[Any], int]
"""Does a piece of work of the server's own with the application's context; returns how much there was to do."""


@dataclass(frozen=True)
class Job:
    """Work that the server does by itself, every so many seconds, in one of its processes.

    A process that dies in the middle leaves the rest to another: `run` goes on where it can't know how far that came.
    `waiting` tells by a quick look that there is something to do before its turn.
    """

    name: str
    every_seconds: float
    run: Run
    waiting: Callable[[Any], bool] | None = None
    slow: bool = False
    """Takes so long that it gets a thread of its own; it ends soon after the context's `stopping` is set."""


FileReader = Callable[[Db, Actor, str], bool]
"""Tells whether an actor may read the file with a hash (64 hex digits), because a row that he or she sees names it."""


@dataclass(frozen=True)
class SettledFile:
    """A file that was brought in whole. `state` is "stored", or "quarantined" with the reason as code and sentence."""

    organisation_id: str
    person_id: str
    sha256: str
    name: str
    kind: str
    bytes: int
    state: str
    code: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class UnreadFilm:
    """A film of which no copy can be made; `sentence` says why."""

    organisation_id: str
    sha256: str
    sentence: str


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
    """By kind of row: who of those that see everything gets such rows, and what people disagree on in them.

    Without an entry all of them. The name of a command stands for what of it the server keeps for the office.
    """
    routers: Callable[[Any], Sequence[APIRouter]] | None = None
    """Called once with the application's context; gives the area's routes."""
    file_readers: Sequence[FileReader] = ()
    """A file is given to whoever one of these says yes to, and to nobody else."""
    jobs: Sequence[Job] = ()
    """Work of the server's own, without anybody asking."""
    post: Callable[[Any], Post] | None = None
    """Given by the one area that delivers letters; called once with the application's context."""
    papers: Mapping[str, MakePaper] = field(default_factory=dict)
    """By word: the papers of this area that go with letters."""
    personal: Sequence[PersonalTable] = ()
    """What this area's tables keep of people: what an export shows and an erasure empties."""
    retention: Sequence[RetentionClass] = ()
    """What of this area's is kept only for a time."""
    keeps_person: Sequence[KeepsPerson] = ()
    """Asked before someone is anonymised: unsettled money, kit that is out."""
    moves_person: Sequence[PersonMove] = ()
    """What of this area's follows someone whose entry is merged into another, and how it goes back."""
    rolls_over: TermPart | None = None
    """This area's part in rolling a term over."""
    agrees: Sequence[Agreement] = ()
    """What must agree in this area's rows, as `campusdesk-server check` looks at it."""
    file_settled: Callable[[Any, SettledFile], None] | None = None
    """Told, with the application's context, of each file that was brought in; maybe twice, after a crash."""
    film_unread: Callable[[Any, Db, UnreadFilm], None] | None = None
    """Told of each film that can't be read, with the application's context, in the transaction that notes it."""
