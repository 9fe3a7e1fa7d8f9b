"""What the server was built from, handed to each area's routes."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.core.access import AccessBook
from server.core.answer_cache import AnswerCache
from server.core.area import UnreadFilm
from server.core.auth import Auth
from server.core.carrying import TermPart
from server.core.command_log import Door
from server.core.database import Database, Db
from server.core.exchange import Exchange
from server.core.keys import Keys
from server.core.letters import Letter, MakePaper, Post
from server.core.metrics import Metrics
from server.core.passwords import PasswordProcess
from server.core.person_moves import PersonMove
from server.core.personal_data import KeepsPerson, PersonalTable
from server.core.redis_link import RedisLink
from server.core.replica import Reports
from server.core.retention import RetentionClass
from server.core.server_epoch import ServerEpoch
from server.core.settings import Settings
from server.core.tokens import Tokens
from shared.core.clock import Clock
from shared.core.ids import IdMaker


@dataclass(frozen=True)
class Context:
    """One server's parts; `app.create_app` makes them and nobody else does."""

    settings: Settings
    clock: Clock
    new_id: IdMaker
    database: Database
    keys: Keys
    tokens: Tokens
    passwords: PasswordProcess
    book: AccessBook
    auth: Auth
    door: Door
    exchange: Exchange
    epoch: ServerEpoch
    reports: Reports
    """Reads that may come from a replica."""
    answers: AnswerCache = field(default_factory=AnswerCache)
    redis: RedisLink | None = None
    metrics: Metrics | None = None
    deliverer: Callable[[Any], Post] | None = None
    papers: Mapping[str, MakePaper] = field(default_factory=dict)
    """By word: what draws the papers that go with letters."""
    personal: tuple[PersonalTable, ...] = ()
    """What the tables of all areas keep of people."""
    keeps_person: tuple[KeepsPerson, ...] = ()
    """What may stand against anonymising someone."""
    moves_person: tuple[PersonMove, ...] = ()
    """What follows someone whose entry is merged into another."""
    retention: tuple[RetentionClass, ...] = ()
    """What is kept only for a time."""
    rolls_over: tuple[TermPart, ...] = ()
    """The areas' parts in rolling a term over."""
    film_unread: tuple[Callable[[Any, Db, UnreadFilm], None], ...] = ()
    """Who is told of films that can't be read."""
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the server begins to stop: long work of its own ends then."""

    def post(self, db: Db, letter: Letter) -> None:
        """Hand a letter over in the caller's transaction; it goes out once that is committed."""
        if self.deliverer is None:
            message = "no area of this server delivers letters"
            raise LookupError(message)
        self.deliverer(self)(db, letter)

    def close(self) -> None:
        """End the password process and let the database go."""
        self.passwords.close()
        self.reports.close()
        self.database.close()
