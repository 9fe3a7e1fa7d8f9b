"""Smaller films: who wants them when, which the server has, and whether a film or its copy is on this computer."""

from collections.abc import Iterable
from contextlib import closing
from enum import StrEnum
from typing import Any, Protocol

from desktop.core.api_client import API, ApiClient
from desktop.core.erasures import FILM
from desktop.core.file_queue import REFUSED, Facts, FileQueue
from desktop.core.file_store import FileStore
from desktop.core.file_transfer import Wanted
from shared.core.file_contents import Sample, type_of_content
from shared.core.file_types import TYPES, Group, type_of_name
from shared.core.film_quality import FilmQuality

_CHOICE = "smaller films"
_OF = "film of "
"""Before the hash of a copy: the name of the fact that says of which film it is, with its bytes."""
_MADE_HERE = "server makes smaller films"
_DONE = "made"
_NEVER = "none"


class SmallerFilms(StrEnum):
    """When a person takes the smaller copies of films."""

    PACKS = "packs"
    """For what is taken along."""
    ALWAYS = "always"
    NEVER = "never"


class Keeps(Facts, Protocol):
    """What is needed of the local store."""

    @property
    def kept_files(self) -> FileStore:
        """The files kept beside it."""


def is_film(name: str) -> bool:
    """Tell by its name whether a file is a film."""
    word = type_of_name(name)
    return word is not None and TYPES[word].group is Group.VIDEO


def choice(store: Keeps) -> SmallerFilms:
    """Return what whoever is signed in chose; for packs alone while nothing was chosen."""
    told = store.recall(_CHOICE, SmallerFilms.PACKS)
    return SmallerFilms(told) if told in set(SmallerFilms) else SmallerFilms.PACKS


def choose(store: Keeps, chosen: SmallerFilms) -> None:
    """Keep what someone chose."""
    store.remember(_CHOICE, str(chosen))


def is_made(store: Keeps) -> bool:
    """Tell whether the server makes smaller films, as far as it said: without ffmpeg it makes none."""
    return bool(store.recall(_MADE_HERE, True))


def _copy(store: Keeps, sha256: str) -> tuple[str, int] | None:
    told = store.recall(FILM + sha256)
    return (str(told[0]), int(told[1])) if told else None


def unknown(store: Keeps, wanted: Iterable[Wanted]) -> list[Wanted]:
    """Return the films that the server wasn't asked about, or hadn't made a copy of then."""
    return [one for one in wanted if is_film(one.name) and store.recall(FILM + one.sha256) is None]


def learn(store: Keeps, client: ApiClient, films: Iterable[Wanted]) -> int:
    """Ask the server which small copies there are, and remember them; returns how many are new. It blocks.

    Raises ApiError; what was learnt until then is kept.
    """
    found = 0
    for film in films:
        told = client.get(f"{API}/files/{film.sha256}/copies")["data"]
        if told["makes"] is not is_made(store):
            store.remember(_MADE_HERE, told["makes"])
        small = next((one for one in told["copies"] if one["quality"] == FilmQuality.SMALL), None)
        if small is not None and small["state"] == _DONE:
            found += 1
            copy, size = str(small["sha256"]), int(small["bytes"])
            store.remember_all({FILM + film.sha256: [copy, size], _OF + copy: [film.sha256, film.bytes]})
        elif small is not None and small["state"] == _NEVER:
            store.remember(FILM + film.sha256, [])
    return found


def picked(store: Keeps, wanted: Wanted, *, pack: bool) -> Wanted:
    """Return what is to be fetched for a file: its smaller copy, where that is there and whoever asks wants it."""
    chosen = choice(store)
    if chosen is SmallerFilms.NEVER or (chosen is SmallerFilms.PACKS and not pack):
        return wanted
    going = FileQueue(store).get("down", wanted.sha256)
    if going is not None and going.state != REFUSED:
        return wanted  # what was begun before the copy was known is ended
    copy = _copy(store, wanted.sha256)
    return Wanted(copy[0], copy[1], wanted.name) if copy is not None else wanted


def original(store: Keeps, sha256: str) -> str:
    """Return the hash of the film that a copy is of; of any other file its own."""
    told = store.recall(_OF + sha256)
    return str(told[0]) if told else sha256


def given_up(store: Keeps, wanted: Wanted) -> Wanted:
    """Forget a copy that the server doesn't give out any more; returns its film instead."""
    told: list[Any] | None = store.recall(_OF + wanted.sha256)
    if not told:
        return wanted
    store.forget(FILM + str(told[0]))
    store.forget(_OF + wanted.sha256)
    return Wanted(str(told[0]), int(told[1]), wanted.name)


def kept_as(store: Keeps, sha256: str) -> str | None:
    """Return under which hash a file is on this computer: its own, that of its smaller copy, or None."""
    if store.kept_files.exists(sha256):
        return sha256
    copy = _copy(store, sha256)
    return copy[0] if copy is not None and store.kept_files.exists(copy[0]) else None


def read_here(store: Keeps, sha256: str) -> bytes | None:
    """Return a file's content, or that of its smaller copy; None where neither is on this computer. It blocks.

    Raises CampusError where it is there and can't be read.
    """
    there = kept_as(store, sha256)
    if there is None:
        return None
    with closing(store.kept_files.open(there)) as kept:
        return kept.read()


def played_name(name: str, content: bytes) -> str:
    """Return the name under which a film is played: a smaller copy is an MP4, whatever its film is."""
    if is_film(name) and type_of_name(name) != "mp4" and type_of_content(Sample.of(content)) == "mp4":
        return f"{name.rpartition('.')[0]}.mp4"
    return name
