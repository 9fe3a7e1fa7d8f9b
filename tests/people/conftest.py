"""Desks of the people area, closed at the end, and the plain look for pages."""

import pytest

from tests.people.desks import REGISTRAR, open_desk
from tests.people.identity_asks import PROVIDERS, ama
from tests.people.letter_box import box_for
from tests.providers.openid import CLIENT_ID, SECRET, open_id_provider
from tests.serving import TestServer, server_settings


@pytest.fixture
def desks(tmp_path):
    """`desks(rows, actor)` opens a desk."""
    opened = []

    def open_one(rows=(), actor=REGISTRAR):
        made = open_desk(tmp_path / str(len(opened)), rows, actor)
        opened.append(made)
        return made

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def identity_server(tmp_path, migrated_url):
    """A server that may ask identity providers on loopback; its letters are in `box`."""
    made = TestServer(server_settings(tmp_path / "server", migrated_url, identity_hosts=("127.0.0.1",)))
    made.box = box_for(made)
    yield made
    made.close()


@pytest.fixture
def provider(identity_server):
    """An identity provider that can do everything wrong."""
    with open_id_provider(identity_server.clock.now) as made:
        yield made


@pytest.fixture
def identity_boss(identity_server):
    """The access token of an administrator."""
    identity_server.add_person("boss")
    return identity_server.sign_in("boss").data["access_token"]


@pytest.fixture
def set_up(identity_server, provider, identity_boss):
    """`set_up(**rules)` sets the provider up; returns its id."""

    def put(**rules):
        body = {"name": "Google", "issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": SECRET}
        made = identity_server.new_id()
        wanted = {**body, "link_by_email": True, **rules}
        assert identity_server.ask("PUT", f"{PROVIDERS}/{made}", wanted, identity_boss).status == 200
        return made

    return put


@pytest.fixture(scope="module")
def sqlite_identity(tmp_path_factory):
    """One server with one provider for many refusals, which leave nothing behind: (server, provider, its id)."""
    server = TestServer(server_settings(tmp_path_factory.mktemp("identity"), identity_hosts=("127.0.0.1",)))
    server.add_person("boss")
    boss = server.sign_in("boss").data["access_token"]
    ama(server)
    with open_id_provider(server.clock.now) as made:
        google = server.new_id()
        body = {"name": "Google", "issuer": made.issuer, "client_id": CLIENT_ID, "client_secret": SECRET}
        assert server.ask("PUT", f"{PROVIDERS}/{google}", {**body, "link_by_email": True}, boss).status == 200
        yield server, made, google
    server.close()
