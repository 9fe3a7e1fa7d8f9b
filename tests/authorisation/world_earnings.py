"""The rows of subscriptions in the matrix: a price and a subscription for each course."""

from tests.authorisation.world_money import Make, Rows


def earnings(make: Make, name: str, rows: Rows, home: str) -> None:
    """Add what a course costs for a period, and who pays it."""
    wanted = {"name": f"{name} price", "amount": 100, "course_id": rows["course"], "self_service": True}
    changes = {key: {"new": value} for key, value in wanted.items()}
    rows["price"] = make("SaveSubscriptionPrice", {"changes": changes}, home)
    asked = {"person_id": rows["person"], "price_id": rows["price"], "cohort_id": rows["cohort"]}
    rows["subscription"] = make("Subscribe", asked, home)
