"""Retention: what is too old is counted first and removed by night, held people excepted, with a report."""

from datetime import timedelta
from typing import Any

import pytest

from server.core import feeds
from server.core.audit import check_chain
from server.core.batch import Origin
from server.core.isolation import acting_for
from server.messaging.service import NewNotice, notify
from server.people.organisations import system_actor
from server.people.retention_service import RetentionService
from shared.core.clock import instant_text
from tests.serving import TestServer

PATH = "/api/v1/retention"


class Office:
    """A data officer, a student who left, and things of different age."""

    def __init__(self, server: TestServer) -> None:
        self.server, self.o = server, server.organisation_id
        server.add_person("efua")
        self.student = server.add_person("ama", ("student",), family_name="Zqleft")
        self.kept = server.add_person("yaw", ("student",), family_name="Zqheld")
        self.service = RetentionService(server.context)

    @property
    def token(self) -> str:
        return str(self.server.sign_in("efua").data["access_token"])

    def days_go_by(self, days: int) -> None:
        self.server.clock.advance(days * 86_400)

    def write(self, sql: str, **places: Any) -> None:
        self.server.context.database.write(lambda db: db.run(sql, o=self.o, **places))

    def count(self, sql: str, **places: Any) -> int:
        with self.server.context.database.read() as db:
            row = db.one(sql, o=self.o, **places)
        return int(row[0]) if row else 0

    def tell(self, person_id: str) -> None:
        def work(db: Any) -> None:
            context = self.server.context
            batch = context.door.batch(db, system_actor(self.o, self.server.new_id()), Origin(""))
            notify(batch, [NewNotice(person_id, (self.server.new_id(),), "Zqnotice")])
            feeds.write(batch, [])

        self.server.context.database.write(work)

    def letter(self, person_id: str, state: str) -> None:
        now = instant_text(self.server.clock.now())
        self.write(
            "INSERT INTO delivery (organisation_id, id, channel, template, person_id, address, urgent, places, state,"
            " attempts, code, reason, provider, parts, cost, currency, made_at, due_at, changed_at) VALUES (:o, :id,"
            " 'mail', 'new_sign_in', :p, 'zq@example.org', :no, '{}', :state, 1, '', '', '', 0, 0, '', :now, :now,"
            " :now)",
            id=self.server.new_id(), p=person_id, state=state, now=now, no=False,
        )  # fmt: skip

    def hold(self, person_id: str) -> None:
        self.write(
            "INSERT INTO legal_hold (organisation_id, person_id, reason, set_by, set_at) VALUES (:o, :p, 'x', :p, 'x')",
            p=person_id,
        )


@pytest.fixture
def office(server: TestServer) -> Office:
    return Office(server)


def _old(told: Any) -> dict[str, int]:
    return {one["name"]: one["too_old"] for one in told["classes"] if one["too_old"]}


def test_a_night_removes_what_a_trial_counted_and_keeps_who_is_held(office: Office) -> None:
    for person_id in (office.student, office.kept):
        office.tell(person_id)
        office.letter(person_id, "delivered")
    office.letter(office.student, "queued")
    office.hold(office.kept)
    office.days_go_by(200)
    office.tell(office.student)
    office.days_go_by(201)
    server = office.server
    counted = server.post(f"{PATH}/trial", {}, office.token).data["counts"]
    assert {name: counted[name] for name in ("notices", "deliveries")} == {"notices": 1, "deliveries": 1}
    assert counted["command_bodies"] > 0
    assert counted["left_students"] == 0
    assert office.count("SELECT count(*) FROM notice WHERE organisation_id = :o") == 3
    with acting_for(office.o), server.context.database.read() as db:
        assert check_chain(db, office.o) is None
    assert office.service.run() == sum(counted.values())
    assert office.service.run() == 0
    assert office.count("SELECT count(*) FROM notice WHERE organisation_id = :o") == 2
    assert office.count("SELECT count(*) FROM delivery WHERE organisation_id = :o AND state = 'queued'") == 1
    gone = "SELECT count(*) FROM feed_row WHERE organisation_id = :o AND kind = 'notice' AND deleted = :yes"
    assert office.count(gone, yes=True) == 1
    with acting_for(office.o), server.context.database.read() as db:
        assert check_chain(db, office.o) is None
    runs = server.get(f"{PATH}/runs", office.token).data["runs"]
    assert [(one["trial"], one["counts"]["notices"]) for one in runs] == [(False, 1), (True, 1)]


def test_students_who_left_are_anonymised_when_a_period_is_set(office: Office) -> None:
    server = office.server
    for person_id in (office.student, office.kept):
        server.do(server.command("SetPersonState", person_id, {"state": "inactive", "old_state": "active"}))
    office.hold(office.kept)
    office.days_go_by(400)
    assert office.service.run() >= 0
    names = "SELECT count(*) FROM person WHERE organisation_id = :o AND family_name = :name"
    assert office.count(names, name="Zqleft") == 1, "for ever is what is supplied"
    told = server.ask("PUT", f"{PATH}/left_students", {"days": 365}, office.token)
    assert _old(told.data)["left_students"] == 1
    office.service.run()
    assert (office.count(names, name="Zqleft"), office.count(names, name="Zqheld")) == (0, 1)
    assert office.count("SELECT count(*) FROM erasure WHERE organisation_id = :o") == 1


def test_ended_sign_ins_go_with_their_tokens_and_open_ones_stay(office: Office) -> None:
    server = office.server
    server.sign_in("ama")
    server.sign_in("yaw")
    ended = instant_text(server.clock.now() + timedelta(seconds=1))
    office.write(
        "UPDATE sign_in SET state = 'ended', ended_at = :at WHERE organisation_id = :o AND person_id = :p",
        at=ended, p=office.student,
    )  # fmt: skip
    office.days_go_by(181)
    office.service.run()
    left = "SELECT count(*) FROM sign_in WHERE organisation_id = :o AND person_id = :p"
    assert (office.count(left, p=office.student), office.count(left, p=office.kept)) == (0, 1)


def test_who_may_set_what(office: Office) -> None:
    server = office.server
    student = str(server.sign_in("yaw").data["access_token"])
    for method, path, body in (("GET", "", None), ("POST", "/trial", {}), ("GET", "/runs", None)):
        assert server.ask(method, PATH + path, body, student).code == "not_allowed"
    token = office.token
    assert server.ask("PUT", f"{PATH}/notices", {"days": 29}, token).code == "period_too_short"
    assert server.ask("PUT", f"{PATH}/nothing", {"days": 90}, token).code == "not_found"
    assert server.post(f"{PATH}/trial", {"days": {"nothing": 90}}, token).code == "not_found"
    for bad in (0, -1, "90", True, 1.5, 36_501):
        assert server.ask("PUT", f"{PATH}/notices", {"days": bad}, token).status == 422
    forever = server.ask("PUT", f"{PATH}/notices", {"days": None}, token).data
    assert next(one["days"] for one in forever["classes"] if one["name"] == "notices") is None
    server.clock.advance(11 * 60)
    assert server.ask("PUT", f"{PATH}/notices", {"days": 90}, token).code == "fresh_sign_in_needed"
