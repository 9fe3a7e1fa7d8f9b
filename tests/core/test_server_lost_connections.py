"""Pooled connections that died while nobody looked: the request that finds one says what is the matter."""

import pytest

from tests.fixtures.servers import _migrated
from tests.serving import TestServer, server_settings


@pytest.fixture
def urls(copied_database):
    return copied_database("postgresql", "migrated", _migrated)


@pytest.fixture
def server(tmp_path, urls):
    made = TestServer(server_settings(tmp_path / "server", urls, pool_size=2))
    made.add_person("ama")
    yield made
    made.close()


@pytest.fixture
def cut(postgres, urls):
    """Ends every connection to the server's database, as a restart of PostgreSQL does."""

    def end():
        database = urls.owner_url.rpartition("/")[2]
        with postgres.connect() as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database])

    return end


def test_a_read_that_meets_a_dead_connection_says_that_the_database_is_away(server, cut, expect_log):
    token = server.sign_in("ama").data["access_token"]
    cut()
    expect_log("database")
    told = server.get("/api/v1/auth/me", token)
    assert (told.status, told.code) == (503, "database_away")
    assert told.headers["retry-after"] == "5"
    assert server.get("/api/v1/auth/me", token).status == 200, "the whole pool was renewed"


def test_a_write_that_meets_one_is_repeated(server, cut):
    cut()
    server.add_person("kofi")
    assert server.sign_in("kofi").status == 200
