"""Whatever happens between two devices and a server, in whatever order: nothing is lost, nothing counts twice."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop.core.outbox import Ask
from shared.core.outcome import Verdict
from tests.core.desktop_kit import NOTE, Bench, FakeServer


class TwoDevices(RuleBasedStateMachine):
    """Devices that add, edit and remove, exchanges that are lost or repeated, crashes, restores and scope changes."""

    @initialize(page=st.sampled_from([1, 2, 3, 500]))
    def begin(self, page):
        self._folder = tempfile.TemporaryDirectory()
        self.server = FakeServer(page=page, refuse={"bad": Verdict.REJECTED})
        self.devices = [Bench(Path(self._folder.name) / str(n), seed=1 + n * 100_000) for n in range(2)]
        self.saved = set()
        self.held_back = []
        self.backup = None

    def teardown(self):
        if not hasattr(self, "devices"):
            return
        self.heal()
        for device in self.devices:
            device.store.close()
        self._folder.cleanup()

    def heal(self):
        self.server.lag = 0
        for _ in range(3):
            for device in self.devices:
                device.sync(self.server)
        for device in self.devices:
            assert device.titles() == self.server.titles()
            assert device.store.pending().waiting == device.store.pending().sending == 0
            left = device.store._files.db().execute("SELECT count(*) FROM draft").fetchone()[0]
            assert left == 0
        answered = [row.command_id for device in self.devices for row in device.store.receipt(limit=-1)]
        assert set(answered) == self.saved
        assert len(answered) == len(self.saved)
        assert self.saved <= set(self.server.claims)

    def note(self, device, n):
        ids = device.store.ids(NOTE)
        return ids[n % len(ids)] if ids else None

    @rule(d=st.integers(0, 1), title=st.sampled_from(["a", "b", "bad"]))
    def add(self, d, title):
        device = self.devices[d]
        self.saved |= {
            one.id for one in device.store.commit([Ask("AddNote", device.ids(), {"title": title, "folder": "f"})])
        }

    @rule(d=st.integers(0, 1), n=st.integers(0, 5), title=st.sampled_from(["c", "d", "bad"]))
    def edit(self, d, n, title):
        note = self.note(self.devices[d], n)
        if note:
            self.saved.add(self.devices[d].edit(note, title=title).id)

    @rule(d=st.integers(0, 1), n=st.integers(0, 5))
    def remove(self, d, n):
        device = self.devices[d]
        note = self.note(device, n)
        if note and note in self.server.rows:
            base = device.store.get(NOTE, note)["revision"]
            self.saved.add(device.store.commit([Ask("RemoveNote", note, base=base)])[0].id)

    @rule(d=st.integers(0, 1))
    def exchange(self, d):
        self.devices[d].exchange(self.server)

    @rule(d=st.integers(0, 1))
    def lose_the_request(self, d):
        self.devices[d].store.next_request()

    @rule(d=st.integers(0, 1))
    def lose_the_answer(self, d):
        request = self.devices[d].store.next_request()
        self.held_back.append((d, request, self.server.sync(request)))

    @precondition(lambda self: self.held_back)
    @rule()
    def deliver_late(self):
        d, request, response = self.held_back.pop(0)
        if not response.new_epoch:
            self.devices[d].store.settle(request, response)

    @rule(lag=st.integers(0, 4))
    def lag(self, lag):
        self.server.lag = lag

    @rule(d=st.integers(0, 1))
    def restart(self, d):
        self.devices[d].store.close()
        self.devices[d].opened()

    @rule()
    def back_up(self):
        self.backup = (dict(self.server.rows), dict(self.server.outcomes), self.server.seq)

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore(self):
        self.server.rows, self.server.outcomes, self.server.seq = (
            dict(self.backup[0]),
            dict(self.backup[1]),
            self.backup[2],
        )
        self.server.epoch += "+"
        self.held_back.clear()

    @invariant()
    def drafts_and_rows_agree(self):
        for device in getattr(self, "devices", []):
            shown = device.store.page(NOTE, limit=-1)
            assert device.store.count(NOTE) == len(shown)
            for row in shown:
                assert device.store.get(NOTE, row["id"]) == row
            wanted = {row["id"] for row in shown if row["title"] == "a"}
            assert {hit.id for hit in device.store.search("a", limit=500)} == wanted


TestTwoDevices = TwoDevices.TestCase
TestTwoDevices.settings = settings(
    max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
