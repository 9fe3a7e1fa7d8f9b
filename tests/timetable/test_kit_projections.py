"""What pending commands of kit show, and that showing them twice changes nothing."""

from shared.core.command import Command
from shared.core.ids import derived_id
from shared.timetable.kit_commands import PAYLOADS, loan_id_of, photo_id_of
from shared.timetable.kit_projections import PROJECTIONS
from shared.timetable.kit_vocabulary import PhotoSide
from tests.timetable.kit_ground import jpeg

NOW = "2026-11-20T08:00:00.000Z"
ITEM, PERSON, BOOKING = derived_id("item"), derived_id("person"), derived_id("booking")


class Rows:
    """The rows of a device, changed as commands are projected on them."""

    def __init__(self):
        self.held = {}

    def read(self, kind, row_id):
        return self.held.get((kind, row_id))

    def take(self, name, payload, target=ITEM):
        PAYLOADS[name].model_validate(payload)
        made = Command(
            id=derived_id(name, str(len(self.held))), device_id=derived_id("d"), install_epoch=1, device_seq=1,
            type=name, type_version=1, target_id=target, payload=payload, observed_at=NOW,
        )  # fmt: skip
        first = self._project(made)
        assert {(one.kind, one.id, str(one.body)) for one in self._project(made)} == {
            (one.kind, one.id, str(one.body)) for one in first
        }
        return made, first

    def _project(self, made):
        drafts = list(PROJECTIONS[made.type](made, self.read))
        self.held.update({(one.kind, one.id): one.body for one in drafts})
        return drafts


def test_a_piece_goes_out_and_comes_back_offline():
    rows = Rows()
    _, (item,) = rows.take("AddKitItem", {"name": " Camera ", "number": "C-1", "course_ids": [PERSON, ITEM, ITEM]})
    assert (item.body["name"], item.body["state"], item.body["kit_kind"]) == ("Camera", "in_use", "item")
    assert (item.body["course_ids"], item.body["room"]) == (sorted([PERSON, ITEM]), "")
    lend = {"person_id": PERSON, "person_name": "Esi", "due_at": "2026-11-21T08:00:00Z", "condition": " A scratch "}
    made, (out, loan, photo) = rows.take("LendKit", {**lend, "photo": jpeg(), "author_name": "Yaw"})
    assert (out.body["loan_id"], out.body["due_at"]) == (loan.id, "2026-11-21T08:00:00.000Z")
    assert (loan.id, loan.parent, loan.body["lent_by"]) == (loan_id_of(made.id), ITEM, "Yaw")
    assert (loan.body["back_at"], loan.body["condition_out"], loan.body["state"]) == (None, "A scratch", "out")
    assert (photo.id, photo.parent) == (photo_id_of(loan.id, PhotoSide.OUT), loan.id)
    _, (inside, ended) = rows.take("ReturnKit", {"loan_id": loan.id, "condition": "No cap"})
    assert (inside.body["loan_id"], inside.body["due_at"]) == (None, None)
    assert (ended.body["back_at"], ended.body["condition_in"], ended.body["state"]) == (NOW, "No cap", "back")
    _, (freed,) = rows.take("LiftKitBlock", {"reason": " The bus ", "author_name": "Grace"}, loan.id)
    assert (freed.body["lifted_by"], freed.body["lifted_reason"]) == ("Grace", "The bus")


def test_a_studio_without_a_room_is_named_as_classes_name_it():
    _, (studio,) = Rows().take("AddKitItem", {"name": "Studio 2", "number": "S", "kit_kind": "studio"})
    assert studio.body["room"] == "Studio 2"
    _, (other,) = Rows().take("AddKitItem", {"name": "A", "number": "S", "kit_kind": "studio", "room": "B"})
    assert other.body["room"] == "B"


def test_changes_bookings_and_limits_show_at_once():
    rows = Rows()
    rows.take("AddKitItem", {"name": "Camera", "number": "C-1"})
    _, (item,) = rows.take("EditKitItem", {"changes": {"state": {"old": "in_use", "new": "repair"}}})
    assert item.body["state"] == "repair"
    span = {"starts_at": "2026-11-23T10:00:00Z", "ends_at": "2026-11-23T12:00:00+00:00", "purpose": " X "}
    _, (booking,) = rows.take("BookKit", {"item_id": ITEM, "person_id": PERSON, **span}, BOOKING)
    assert (booking.parent, booking.body["ends_at"]) == (ITEM, "2026-11-23T12:00:00.000Z")
    assert (booking.body["purpose"], booking.body["state"]) == ("X", "booked")
    _, (gone,) = rows.take("CancelKitBooking", {}, BOOKING)
    assert gone.body["state"] == "cancelled"
    _, (policy,) = rows.take("SetKitPolicy", {"changes": {"block_days": {"old": 7, "new": 3}}}, PERSON)
    assert (policy.body["block_days"], policy.body["longest_days"]) == (3, 14)


def test_a_loan_that_isnt_the_pieces_own_ends_without_it():
    rows = Rows()
    rows.take("AddKitItem", {"name": "Camera", "number": "C-1"})
    made, _ = rows.take("LendKit", {"person_id": PERSON, "due_at": "2026-11-21T08:00:00Z"})
    rows.held["kit_item", ITEM] = {**rows.held["kit_item", ITEM], "loan_id": BOOKING}
    _, drafts = rows.take("ReturnKit", {"loan_id": loan_id_of(made.id), "photo": jpeg()})
    assert [one.kind for one in drafts] == ["kit_loan", "kit_photo"]


def test_what_isnt_here_shows_nothing():
    lend = {"person_id": PERSON, "due_at": NOW}
    for name, payload in (
        ("LendKit", lend),
        ("ReturnKit", {"loan_id": PERSON}),
        ("LiftKitBlock", {"reason": "x"}),
        ("CancelKitBooking", {}),
        ("EditKitItem", {"changes": {"name": {"old": "a", "new": "b"}}}),
    ):
        assert Rows().take(name, payload)[1] == []
    rows = Rows()
    rows.take("AddKitItem", {"name": "Camera", "number": "C-1"})
    assert rows.take("ReturnKit", {"loan_id": PERSON})[1] == []
