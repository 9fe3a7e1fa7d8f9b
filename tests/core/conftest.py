"""Whoever brings files in, and the trial that lets tests see what becomes of them."""

import pytest

from tests.core.uploads import Caller, with_trial
from tests.films import film_program


@pytest.fixture
def trial(monkeypatch):
    """What `with_trial` gives, until the test ends."""
    return with_trial(monkeypatch)


@pytest.fixture
def ama(trial, server):
    """A student who brings files in, on both databases."""
    return Caller.of(server, "ama", roles=("student",))


@pytest.fixture
def ato(trial, sqlite_server):
    """The same on SQLite alone, for what the database has no part in."""
    return Caller.of(sqlite_server, "ato", roles=("student",))


@pytest.fixture(scope="session")
def film_programs_here():
    """The real programs for films, or a failure that names the one that is missing."""
    return film_program("ffmpeg"), film_program("ffprobe")
