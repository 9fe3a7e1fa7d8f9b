"""What the page of ID cards reads: whose cards are printed, who has no number yet, and how cards were printed last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from desktop.core.desk import Desk
from desktop.core.listed import listed
from desktop.people.card_layouts import LAYOUTS
from desktop.people.card_sheet import Card, Design
from desktop.people.words import role_word
from desktop.shell.institute_mark import institute_of, logo_bytes
from shared.core.strict import StrictModel
from shared.people.colours import DEFAULT_ACCENT
from shared.people.institute import whole
from shared.people.photos import photo_id
from shared.people.vocabulary import PERSON, PERSON_PHOTO, Role

MOST = 2_000
_KEPT = "cards:print"


class PrintChoices(StrictModel):
    """How cards are printed on this computer; offsets are in tenths of a millimetre."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    paper: str = "cr80-sheet"
    offset_x: int = Field(default=0, ge=-200, le=200)
    offset_y: int = Field(default=0, ge=-200, le=200)
    colour: str = Field(default=DEFAULT_ACCENT, pattern=r"^#[0-9a-f]{6}$")
    barcode: bool = True


@dataclass(frozen=True)
class Cards:
    """Cards in the order of names; `without_number` are the ids of people who can't have one yet."""

    cards: tuple[Card, ...] = ()
    without_number: tuple[str, ...] = ()
    photos: int = 0


def cards_of(desk: Desk, person_ids: Sequence[str]) -> Cards:
    """Return the cards of these people, at most `MOST`."""
    people = desk.store.many(PERSON, list(person_ids)[:MOST])
    kinds = desk.store.area.kinds
    ordered = sorted(people.values(), key=lambda body: (listed(kinds, PERSON, body).sort_text, body["id"]))
    photos = desk.store.many(PERSON_PHOTO, [photo_id(body["id"]) for body in ordered])
    made = []
    for body in ordered:
        if body.get("number"):
            photo = (photos.get(photo_id(body["id"])) or {}).get("jpeg_base64")
            made.append(_card(body, photo))
    missing = tuple(body["id"] for body in ordered if not body.get("number"))
    return Cards(tuple(made), missing, sum(card.photo is not None for card in made))


def _card(body: Mapping[str, Any], photo: str | None) -> Card:
    given = " ".join(part for part in (body.get("given_name"), body.get("other_names")) if part)
    staff = [role for role in body.get("roles") or () if role != Role.STUDENT]
    role = role_word(str(staff[0] if staff else Role.STUDENT))
    return Card(given, body.get("family_name") or "", str(body["number"]), role, photo)


def choices(desk: Desk) -> PrintChoices:
    """Return how cards were printed here last; the first time in the institute's own colour."""
    usual = PrintChoices(colour=whole(institute_of(desk))["accent"])
    try:
        kept = PrintChoices.model_validate({"colour": usual.colour, **(desk.store.recall(_KEPT) or {})})
    except ValidationError:
        return usual
    return kept if kept.paper in LAYOUTS else kept.model_copy(update={"paper": PrintChoices().paper})


def keep_choices(desk: Desk, chosen: PrintChoices) -> None:
    """Keep how cards are printed here."""
    desk.store.remember(_KEPT, chosen.model_dump())


def design_of(desk: Desk, chosen: PrintChoices, first: int = 1, *, outlines: bool = False) -> Design:
    """Return the design of cards of this institute."""
    institute = institute_of(desk)
    return Design(
        layout=LAYOUTS[chosen.paper],
        organisation_id=desk.actor.organisation_id,
        institute=str(institute.get("name") or ""),
        logo=logo_bytes(institute),
        colour=chosen.colour,
        offset_x=chosen.offset_x / 10,
        offset_y=chosen.offset_y / 10,
        first=max(1, min(first, LAYOUTS[chosen.paper].per_sheet)),
        barcode=chosen.barcode,
        outlines=outlines,
    )
