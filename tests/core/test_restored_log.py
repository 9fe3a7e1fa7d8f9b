"""A log that is shorter than what a computer saw: good with a signed restore entry, and told without one."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.core import meta
from desktop.core.restored_log import is_signed
from desktop.core.sync_engine import SyncEngine
from shared.core.sync import PROTOCOL, Cursor, RestoredLog, SyncRequest, SyncResponse, restored_words
from tests.core.desktop_kit import Bench, FakeServer
from tests.core.restores import begin_anew

HOME, EPOCH = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f", "01a1f7f8-3000-7672-874a-d4a8ff8edb30"
KEY = Ed25519PrivateKey.generate()
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()


def entry(key=KEY, organisation_id=HOME, **changes):
    signature = base64.b64encode(key.sign(restored_words(organisation_id, 7, "ab", EPOCH))).decode()
    return RestoredLog(**{"audit_seq": 7, "chain": "ab", "server_epoch": EPOCH, "signature": signature, **changes})


@pytest.mark.parametrize(
    ("restored", "good"),
    [
        (entry(), True),
        (None, False),
        (entry(Ed25519PrivateKey.generate()), False),
        (entry(organisation_id=EPOCH), False),
        (entry(audit_seq=8), False),
        (entry(chain="ac"), False),
        (entry(server_epoch=HOME), False),
        (entry(signature="not base64"), False),
        (entry(signature=""), False),
    ],
)
def test_only_the_servers_own_word_about_this_institute_and_epoch_counts(restored, good):
    assert is_signed(restored, HOME, PUBLIC, EPOCH) is good


@pytest.mark.parametrize("key", ["", "not a key"])
def test_without_a_servers_key_nothing_is_signed(key):
    assert not is_signed(entry(), HOME, key, EPOCH)


def ask(institute, cursor):
    actor, origin = institute.refreshed(institute.registrar.actor), institute.registrar.origin
    asked = SyncRequest(protocol=PROTOCOL, device_id=origin.device_id, install_epoch=1, cursor=cursor)
    return SyncResponse.model_validate_json(institute.parts.exchange.run(actor, origin, asked))


def test_the_server_sends_the_entry_of_the_restore_that_began_its_epoch(institute):
    seen = ask(institute, None).cursor
    begin_anew(institute.parts, institute.organisation_id, institute.clock, institute.parts.new_id)
    told = ask(institute, seen)
    assert (told.new_epoch, told.restored) == (True, None), "nobody signed that a backup was restored"
    epoch = begin_anew(institute.parts, institute.organisation_id, institute.clock, institute.parts.new_id, KEY)
    told = ask(institute, seen)
    assert told.new_epoch
    assert is_signed(told.restored, institute.organisation_id, PUBLIC, epoch)
    beyond = Cursor(server_epoch=epoch, seq=told.cursor.seq + 9, chain=told.cursor.chain)
    assert ask(institute, beyond).restored == told.restored, "a machine that was set back since is another matter"
    assert ask(institute, told.cursor).restored is None


@pytest.fixture
def bench(tmp_path):
    """A store that somebody signed in with, which read a server's feed."""
    made = Bench(tmp_path)
    made.store.remember(meta.LEASE_KEY, PUBLIC)
    made.store.remember(meta.ACTOR, {"organisation_id": HOME})
    yield made
    made.store.close()


class Restored(FakeServer):
    """A server that says what it is told to of a restore."""

    restored = None

    def sync(self, request):
        answer = super().sync(request)
        return answer.model_copy(update={"restored": self.restored if answer.new_epoch else None})


@pytest.mark.parametrize(("restored", "told"), [(entry(), False), (None, True), (entry(chain="ac"), True)])
def test_a_person_is_told_of_a_log_that_goes_back_and_work_is_sent_again(bench, restored, told):
    server = Restored()
    bench.add("Kept here")
    bench.sync(server)
    server.rows.clear()
    server.outcomes.clear()
    server.epoch, server.restored = EPOCH, restored
    engine = SyncEngine(bench.store, server, bench.clock)
    state = engine.run_once()
    assert ("no restored backup explains it" in state.sentence) is told
    assert list(server.titles().values()) == ["Kept here"], "nothing is held back for it"
    server.epoch, server.restored = HOME, entry(server_epoch=HOME, signature=_signed(HOME))
    assert engine.run_once().sentence == "", "a restore that was signed puts it right"


def _signed(epoch):
    return base64.b64encode(KEY.sign(restored_words(HOME, 7, "ab", epoch))).decode()
