"""The rows of subscriptions and earnings in the matrix: for each course a price, a share, a referral and a payout."""

from shared.finance.earning_commands import referral_id
from shared.people.typed_codes import CodePlace, payload_of, typed_code_id
from tests.authorisation.world_money import Do, Make, Rows


def earnings(make: Make, do: Do, name: str, rows: Rows, home: str) -> None:
    """Add what a course costs for a period, who brought its student, and who shares in it."""
    wanted = {"name": f"{name} price", "amount": 100, "course_id": rows["course"], "self_service": True}
    changes = {key: {"new": value} for key, value in wanted.items()}
    rows["price"] = make("SaveSubscriptionPrice", {"changes": changes}, home)
    asked = {"person_id": rows["person"], "price_id": rows["price"], "cohort_id": rows["cohort"]}
    rows["subscription"] = make("Subscribe", asked, home)
    code = "".join(letter for letter in f"{name}{home[-6:]}".upper() if letter.isalnum())
    affiliate = {"name": f"{name} affiliate", "code": code, "rate": 100}
    saved = {"changes": {key: {"new": value} for key, value in affiliate.items()}}
    rows["affiliate"], rows["code"] = make("SaveAffiliate", saved, home), code
    rows["referral"] = do(
        "GiveReferral", referral_id(rows["person"]), {"person_id": rows["person"], "code": code}, home
    )
    rows["typed_code"] = typed(do, rows["person"], rows, home)
    shared = {"course_id": rows["course"], "person_id": rows["person"], "rate": 100, "from_on": "2027-01-01"}
    rows["share"] = make("AgreeShare", shared, home)


def subscribed(make: Make, person_id: str, same: Rows) -> str:
    """Subscribe somebody to the first course's price, so that there is one of his or her own."""
    asked = {"person_id": person_id, "price_id": same["price"], "cohort_id": same["cohort"]}
    return make("Subscribe", asked, same["at"])


def typed(do: Do, person_id: str, same: Rows, home: str) -> str:
    """Type a code for somebody, so that there is one of his or her own."""
    payload = payload_of(person_id, same["code"], CodePlace.ENROLMENT, same["cohort"])
    return do("TypeCode", typed_code_id(payload["place"], same["cohort"], person_id), payload, home)


def sharing(make: Make, person_id: str, same: Rows) -> str:
    """Let somebody share in what the first course earns, so that there is a share of his or her own."""
    shared = {"course_id": same["course"], "person_id": person_id, "rate": 1, "from_on": "2027-02-01"}
    return make("AgreeShare", shared, same["at"])
