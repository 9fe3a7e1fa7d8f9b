"""What may belong together, as payments come, change and go."""

from shared.finance.match_hints import Hints, Wanted

LINE = {"words": "MOMO SETTLEMENT MM4412", "reference": "", "amount": 5_000, "currency": "GHS", "day": "2026-11-18"}


def wanted(key: str = "a", amount: int = 5_000, reference: str = "MM-4412") -> Wanted:
    """A payment of some day of that week."""
    return Wanted(key, amount, "GHS", "2026-11-17", (reference,))


def keys(hints: Hints, left: int = 5_000) -> list[str]:
    """What is offered for the line, the likeliest first."""
    return [one.key for one in hints.of(LINE, left)]


def test_what_comes_and_goes() -> None:
    hints = Hints([wanted("a")])
    assert keys(hints) == ["a"]
    hints.put(wanted("b", reference="OTHER-1"))
    assert keys(hints) == ["a", "b"]
    hints.drop("a")
    hints.drop("nobody")
    assert keys(hints) == ["b"]
    hints.put(wanted("a", 7_000))
    assert keys(hints) == ["a", "b"]


def test_what_changed_isnt_found_as_it_was() -> None:
    hints = Hints([wanted()])
    hints.put(wanted(amount=9_000, reference="ZZ-9999"))
    assert keys(hints) == []
    hints.put(wanted(amount=5_000, reference="ZZ-9999"))
    assert [one.reasons for one in hints.of(LINE, 5_000)] == [("amount", "day")]


def test_another_currency_or_direction_is_never_offered() -> None:
    hints = Hints([Wanted("usd", 5_000, "USD", "2026-11-17", ("MM-4412",)), wanted("back", -5_000)])
    assert keys(hints) == []


def test_what_nobody_asked_a_gateway_for_is_offered_by_its_reference_alone() -> None:
    hints = Hints([wanted("named"), wanted("as large", reference="ZZ-9999")])
    found = [[one.key for one in hints.of({**LINE, "problem": word}, 5_000)] for word in ("", "unknown_reference")]
    assert found == [["named", "as large"], ["named"]]
