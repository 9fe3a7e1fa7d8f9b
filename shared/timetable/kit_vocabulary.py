"""The words of kit: what is lent and booked, and where a piece, a loan and a booking stand."""

from enum import StrEnum

KIT_ITEM = "kit_item"
KIT_LOAN = "kit_loan"
KIT_PHOTO = "kit_photo"
KIT_BOOKING = "kit_booking"
KIT_POLICY = "kit_policy"
BORROWER = "borrower"
"""What two loans of one piece of kit disagree on."""


class KitKind(StrEnum):
    """A thing that leaves with someone, or a studio that stays where it is."""

    ITEM = "item"
    STUDIO = "studio"


class KitState(StrEnum):
    """Whether a piece of kit may be lent and booked at all; whether it is out follows from its loans."""

    IN_USE = "in_use"
    REPAIR = "repair"
    REMOVED = "removed"


class LoanState(StrEnum):
    """Where a loan stands; a mistaken one didn't happen, as someone decided between two desks."""

    OUT = "out"
    BACK = "back"
    MISTAKEN = "mistaken"


class KitBookingState(StrEnum):
    """Where a booking of kit or of a studio stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class PhotoSide(StrEnum):
    """When the photo of a loan was taken."""

    OUT = "out"
    IN = "in"
