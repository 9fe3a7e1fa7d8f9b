"""The sync engine, its state for the pill, and the runner that wakes it."""

import threading

import pytest

from desktop.core import api_errors
from desktop.core.api_errors import ApiError, Sort
from desktop.core.outbox import Ask
from desktop.core.retry import Backoff
from desktop.core.scheduler import ThreadScheduler
from desktop.core.sync_engine import SyncEngine
from desktop.core.sync_runner import SyncRunner
from desktop.core.sync_state import Phase, SyncState
from desktop.core.system_clock import SystemClock
from shared.core.actor import Actor
from shared.core.clock import ManualClock
from shared.core.outcome import Verdict
from shared.core.sync import Change
from tests.core.desktop_kit import NOTE, Bench, FakeServer


class Line:
    """The fake server behind a line that can be cut."""

    def __init__(self, server):
        self.server, self.problem, self.calls, self.checks = server, None, 0, 0

    def sync(self, request):
        self.calls += 1
        if self.problem is not None:
            raise self.problem
        return self.server.sync(request)

    def check(self, request):
        self.checks += 1
        return self.server.check(request)


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.store.close()


@pytest.fixture
def line():
    return Line(FakeServer())


@pytest.fixture
def engine(bench, line):
    return SyncEngine(bench.store, line, bench.clock)


def test_one_run_brings_both_sides_to_the_same(bench, line, engine):
    line.server.page = 50
    for n in range(120):
        line.server.put(bench.ids(), title=f"theirs {n}")
    bench.store.commit([Ask("AddNote", bench.ids(), {"title": f"mine {n}"}) for n in range(700)])
    state = engine.run_once()
    assert (state.phase, state.waiting, state.label, state.tone) == (Phase.IDLE, 0, "Up to date", "ok")
    assert bench.titles() == line.server.titles()
    assert len(bench.titles()) == 820


def test_the_number_of_exchanges_can_be_limited(bench, line, engine):
    bench.store.commit([Ask("AddNote", bench.ids(), {"title": str(n)}) for n in range(1100)])
    assert engine.run_once(most_exchanges=1).waiting == 600
    assert line.calls == 1


@pytest.mark.parametrize(
    ("problem", "phase", "label", "tone"),
    [
        (api_errors.no_network(), Phase.OFFLINE, "Offline · 1 waiting", "warn"),
        (ApiError(Sort.SERVER, "http_503", "Down.", status=503), Phase.OFFLINE, "Offline · 1 waiting", "warn"),
        (ApiError(Sort.AUTH, "signed_out", "Ended.", status=401), Phase.SIGNED_OUT, "Sign in to send", "warn"),
        (ApiError(Sort.UNKNOWN, "client_too_old", "Update.", status=426), Phase.UPDATE_NEEDED, "Update needed", "bad"),
        (api_errors.certificate_changed(), Phase.CERTIFICATE_CHANGED, "Server not trusted", "bad"),
    ],
)
def test_what_stands_in_the_way_is_said_and_nothing_is_deleted(bench, line, engine, problem, phase, label, tone):
    bench.add("waits")
    line.problem = problem
    state = engine.run_once()
    assert (state.phase, state.label, state.tone, state.waiting) == (phase, label, tone, 1)
    assert state.sentence == problem.message
    assert bench.titles()
    line.problem = None
    assert engine.run_once().label == "Up to date"
    assert len(line.server.rows) == 1


def test_open_conflicts_that_the_person_may_settle_are_counted(bench, line):
    sides = [{"command_id": "c", "author_id": "me", "author_name": "Me", "observed_at": "t"}]
    for author in ("me", "other"):
        body = {
            "id": bench.ids(),
            "revision": "r",
            "kind": NOTE,
            "entity_id": "e",
            "group": "fields",
            "sides": [{**sides[0], "author_id": author}],
        }
        line.server.seq += 1
        line.server.rows[body["id"]] = Change(
            seq=line.server.seq, kind="conflict", id=body["id"], revision="r", scope="s", body=body
        )
    actor = Actor(person_id="me", organisation_id="o", name="Me")
    state = SyncEngine(bench.store, line, bench.clock, actor).run_once()
    assert (state.decisions, state.label, state.tone) == (1, "1 needs a decision", "bad")
    settler = actor.model_copy(update={"permissions": frozenset({"sync.settle"})})
    assert SyncEngine(bench.store, line, bench.clock, settler).run_once().label == "2 need a decision"


def test_a_refused_command_needs_a_look(bench, line, engine):
    line.server.refuse = {"bad": Verdict.REJECTED}
    bench.add("bad")
    assert engine.run_once().decisions == 1


def test_an_exchange_that_moves_nothing_ends_the_run(bench, line, engine):
    line.server.sync = lambda _request: FakeServer().sync(_request.model_copy(update={"commands": ()}))
    bench.add("never answered")
    state = engine.run_once()
    assert state.waiting == 1
    assert line.calls <= 4


def test_states_are_told_on_the_way(bench, line, engine):
    heard = []
    engine.subscribe(heard.append)
    bench.store.commit([Ask("AddNote", bench.ids(), {"title": str(n)}) for n in range(600)])
    engine.run_once()
    assert [state.label for state in heard] == [
        "Sending 600 changes",
        "Sending 100 changes",
        "Up to date",
    ] or heard[0].label == "Sending 600 changes"
    assert heard[-1].label == "Up to date"


def test_only_one_exchange_is_in_flight(bench, line, engine):
    inside, go_on = threading.Event(), threading.Event()
    real = line.server.sync

    def slow(request):
        inside.set()
        assert go_on.wait(60)
        return real(request)

    line.server.sync = slow
    thread = threading.Thread(target=engine.run_once)
    thread.start()
    assert inside.wait(60)
    assert engine.run_once().phase is Phase.SENDING
    assert line.calls == 1
    go_on.set()
    thread.join()


def test_a_row_that_went_wrong_is_found_by_the_check_and_fetched_again(bench, line, engine):
    note = line.server.put(bench.ids(), title="right").id
    other = line.server.put(bench.ids(), title="missed").id
    engine.run_once()
    db = bench.store._files.db()
    db.execute("UPDATE base SET revision = 'wrong', body = json_set(body, '$.title', 'wrong') WHERE id = ?", (note,))
    db.execute("DELETE FROM base WHERE id = ?", (other,))
    engine.run_once()
    assert bench.titles()[note] == "wrong", "the daily check isn't due yet"
    bench.clock.advance(86_400)
    engine.run_once()
    assert bench.titles() == {note: "right", other: "missed"}
    checks = line.checks
    engine.run_once()
    assert line.checks == checks


def test_the_check_can_be_asked_for(bench, line, engine):
    engine.run_once()
    before = line.checks
    engine.want_check()
    engine.run_once()
    assert line.checks == before + 1


def test_a_row_too_many_goes_by_the_check(bench, line, engine):
    line.server.put(bench.ids(), title="right")
    engine.run_once()
    db = bench.store._files.db()
    db.execute(
        "INSERT INTO base (kind, id, seq, revision, scope, deleted, stale, shown, sort_text, body)"
        " VALUES ('note', 'ghost', 1, 'r', 's', 0, 0, 1, 'ghost', '{\"id\": \"ghost\", \"title\": \"ghost\"}')"
    )
    engine.want_check()
    engine.run_once()
    assert list(bench.titles().values()) == ["right"]


class Plan:
    """A scheduler that does nothing by itself."""

    def __init__(self):
        self.jobs = []

    def after(self, seconds, job):
        entry = (seconds, job)
        self.jobs.append(entry)
        return lambda: self.jobs.remove(entry) if entry in self.jobs else None

    def run(self):
        seconds, job = self.jobs.pop(0)
        job()
        return seconds


@pytest.fixture
def plan():
    return Plan()


def runner_of(engine, plan, **options):
    return SyncRunner(engine, plan, Backoff(uniform=lambda _low, high: high), **options)


def test_the_runner_syncs_at_once_and_then_now_and_then(bench, line, engine, plan):
    runner = runner_of(engine, plan)
    bench.add("one")
    runner.start()
    assert plan.run() == 0
    assert line.server.titles()
    assert [seconds for seconds, _ in plan.jobs] == [30.0]
    runner.wake()
    assert [seconds for seconds, _ in plan.jobs] == [0.0]


def test_failures_wait_ever_longer_and_a_save_does_not_shorten_that(bench, line, engine, plan):
    runner = runner_of(engine, plan)
    line.problem = api_errors.no_network()
    runner.start()
    waits = []
    for _ in range(8):
        plan.run()
        waits.append(plan.jobs[0][0])
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    runner.wake()
    assert plan.jobs[0][0] == 60
    line.problem = None
    runner.wake(urgent=True)
    assert plan.jobs[0][0] == 0
    plan.run()
    assert plan.jobs[0][0] == 30


def test_the_server_may_ask_for_a_longer_wait(line, engine, plan):
    line.problem = ApiError(Sort.SERVER, "too_many", "Wait.", status=429, retry_after=77)
    runner_of(engine, plan).start()
    plan.run()
    assert plan.jobs[0][0] == 77


def test_a_stopped_runner_starts_nothing(line, engine, plan):
    runner = runner_of(engine, plan)
    runner.start()
    runner.stop()
    runner.wake(urgent=True)
    assert plan.jobs == []


def test_a_save_during_a_run_is_sent_right_after_it(bench, line, engine, plan):
    runner = runner_of(engine, plan)
    real = line.server.sync

    def saving(request):
        line.server.sync = real
        runner.wake()
        return real(request)

    line.server.sync = saving
    runner.start()
    plan.run()
    assert plan.jobs[0][0] == 0


def test_the_real_scheduler_runs_jobs_in_order_and_outlives_a_crash(expect_log):
    expect_log("A background job crashed")
    clock = ManualClock()
    scheduler = ThreadScheduler(clock)
    order, all_planned, done = [], threading.Event(), threading.Event()

    def crash():
        order.append("crash")
        raise RuntimeError

    scheduler.after(0, lambda: all_planned.wait(60))
    scheduler.after(20, lambda: order.append("second"))
    scheduler.after(1, lambda: order.append("first"))
    scheduler.after(30, crash)
    call_off = scheduler.after(30, lambda: order.append("called off"))
    call_off()
    scheduler.after(40, done.set)
    clock.advance(40)
    all_planned.set()
    assert done.wait(60)
    scheduler.stop()
    assert order == ["first", "second", "crash"]
    assert scheduler.pause(10)


def test_the_real_scheduler_waits_by_the_real_clock():
    clock, ran = SystemClock(), []
    scheduler, done = ThreadScheduler(clock), threading.Event()
    began = clock.monotonic()
    scheduler.after(0.02, lambda: (ran.append(clock.monotonic()), done.set()))
    assert done.wait(60)
    scheduler.stop()
    assert ran[0] - began >= 0.02


def test_backoff_draws_between_half_and_whole():
    drawn = []
    backoff = Backoff(uniform=lambda low, high: drawn.append((low, high)) or low)
    backoff.pause(1)
    backoff.pause(3)
    backoff.pause(500)
    assert drawn == [(0.5, 1.0), (2.0, 4.0), (30.0, 60.0)]


@pytest.mark.parametrize(
    ("state", "label", "tone"),
    [
        (SyncState(), "Up to date", "ok"),
        (SyncState(Phase.SENDING), "Sending", "info"),
        (SyncState(Phase.SENDING, waiting=1), "Sending 1 change", "info"),
        (SyncState(Phase.OFFLINE, waiting=41), "Offline · 41 waiting", "warn"),
        (SyncState(Phase.OFFLINE), "Offline", "warn"),
        (SyncState(decisions=2), "2 need a decision", "bad"),
    ],
)
def test_the_words_in_the_pill(state, label, tone):
    assert (state.label, state.tone) == (label, tone)
