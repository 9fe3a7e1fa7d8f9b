"""People's rules: tables of worked examples, and what must hold for any name, number and pair of people."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.command import Command, Target
from shared.core.ids import derived_id
from shared.people import rules
from shared.people.commands import EDITABLE, PAYLOADS, TYPE_VERSIONS
from shared.people.models import Person
from shared.people.permissions import may_assign_roles, may_change_person, may_edit_people, may_import_people
from shared.people.vocabulary import BUILT_IN_ROLES, PERSON, Permission, Role
from tests.desks import make_actor

NAMES = st.text(alphabet="abcdeɛɔŋéñ AKÖ-'", min_size=1, max_size=12)


def _id(name):
    return derived_id("test", name)


def _actor(*roles):
    return make_actor(_id("actor"), "Actor", *roles)


def _command(type_, payload, target="ama", more=(), base=None):
    return Command(
        id=_id(f"command {type_} {sorted(payload)}"),
        device_id=_id("device"),
        install_epoch=1,
        device_seq=1,
        type=type_,
        type_version=1,
        target_id=_id(target),
        base=base,
        more_targets=tuple(Target(id=_id(one)) for one in more),
        payload=payload,
        observed_at="2026-11-20T08:30:00.000Z",
    )


def _body(**fields):
    return {
        "id": _id("ama"),
        "revision": _id("r"),
        "given_name": "Ama",
        "state": "active",
        "roles": ["student"],
        **fields,
    }


# ---------------------------------------------------------------------------------------------------------- folding


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Ama Mensah", "ama mensah"),
        ("  Ama \t Mensah ", "ama mensah"),
        ("Ɛsi Ɔwusu", "esi owusu"),
        ("Kɔdzo Ŋkansah", "kodzo nkansah"),
        ("Ɖela Ƒiagbe ʋivi", "dela fiagbe vivi"),
        ("José Ñandú", "jose nandu"),
        ("ŒUVRE Straße", "œuvre strasse"),
        ("", ""),
        ("e\u0301", "e"),
    ],
)
def test_fold_leaves_what_names_are_compared_by(typed, folded):
    assert rules.fold(typed) == folded


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(value):
    once = rules.fold(value)
    assert rules.fold(once) == once


@given(NAMES, NAMES)
def test_lists_sort_by_family_name_first(given_name, family):
    body = {"given_name": given_name, "family_name": family, "other_names": None}
    assert rules.sort_text(body) == rules.fold(f"{family} {given_name}")


def test_the_search_looks_at_names_number_sign_in_and_phone_digits():
    body = _body(
        other_names="Adwoa",
        family_name="Mensah",
        number="S-1",
        username="ama.m",
        email="ama@x.org",
        phone="024 (555) 01",
    )
    assert rules.search_text(body).split() == ["Ama", "Adwoa", "Mensah", "S-1", "ama.m", "ama@x.org", "02455501"]
    assert rules.search_text({"given_name": "Ama"}) == "Ama"


# ---------------------------------------------------------------------------------------------------------- phones


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("0245550137", "245550137"),
        ("024 555 0137", "245550137"),
        ("+233 24 555 0137", "245550137"),
        ("00233245550137", "245550137"),
        ("233245550137", "245550137"),
        ("+233 (0) 24 555 0137", "245550137"),
        ("233245", "233245"),
        ("+44 20 7946 0000", "442079460000"),
        ("", ""),
        ("000", ""),
    ],
)
def test_one_number_written_in_many_ways_has_the_same_digits(phone, digits):
    assert rules.phone_digits(phone) == digits


def test_another_country_has_its_own_calling_code():
    assert rules.phone_digits("+254 712 555 014", "254") == rules.phone_digits("0712 555 014", "254") == "712555014"


@given(st.text(alphabet=string.digits, min_size=9, max_size=9).filter(lambda digits: digits[0] != "0"))
def test_the_international_form_equals_the_national_one(national):
    forms = {f"0{national}", f"+233{national}", f"00233{national}", f"233{national}", f"+233 (0){national}"}
    assert len({rules.phone_digits(form) for form in forms}) == 1 or national.startswith("233")


# ---------------------------------------------------------------------------------------------------------- fields


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("given_name", "Ama"),
        ("family_name", ""),
        ("family_name", None),
        ("number", "S-2026/17"),
        ("email", "ama.mensah+1@students.example.org"),
        ("email", None),
        ("phone", "024 555 0137"),
        ("phone", "+233-24.555/0137"),
        ("date_of_birth", "2004-03-28"),
        ("date_of_birth", "1900-01-01"),
        ("username", "ama.m-1@x"),
        ("username", ""),
        ("nothing we know", "whatever"),
    ],
)
def test_good_values_have_no_error(name, value):
    assert rules.field_error(name, value) is None


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("given_name", "", "Enter a first name"),
        ("given_name", None, "Enter a first name"),
        ("given_name", "   ", "Enter a first name"),
        ("given_name", 7, "takes text"),
        ("email", "ama@", "not a mail address"),
        ("email", "ama@example", "not a mail address"),
        ("email", "a b@example.org", "not a mail address"),
        ("email", "ama@example..org", "not a mail address"),
        ("email", f"{'a' * 250}@x.org", "At most 254 are kept"),
        ("given_name", "x" * 101, "This has 101 letters. At most 100 are kept"),
        ("number", "9" * 41, "At most 40 are kept"),
        ("phone", "0712", "Add the missing digits"),
        ("phone", "12", "Add the missing digits"),
        ("phone", "call me", "Add the missing digits"),
        ("phone", "1234567890123456", "at most 15 digits"),
        ("date_of_birth", "28/03/2004", "not a date"),
        ("date_of_birth", "2004-02-30", "not a date"),
        ("date_of_birth", "1899-12-31", "Check the year"),
        ("date_of_birth", "2100-01-02", "Check the year"),
        ("username", "Ama", "can't be a username"),
        ("username", "a", "can't be a username"),
        ("username", "ama mensah", "can't be a username"),
        ("number", "S-1\nS-2", "line break or tab"),
        ("family_name", "Men\tsah", "line break or tab"),
    ],
)
def test_bad_values_say_what_to_do(name, value, part):
    sentence = rules.field_error(name, value)
    assert sentence is not None
    assert part in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(("value", "fits"), [("2026-11-20", True), ("2026-11-21", False), ("1900-01-01", True)])
def test_nobody_is_born_after_today(value, fits):
    sentence = rules.field_error("date_of_birth", value, date(2026, 11, 20))
    assert (sentence is None) is fits
    assert fits or "still to come" in sentence
    assert rules.field_error("number", value, date(2026, 11, 20)) is None


@given(st.sampled_from(EDITABLE), st.text(max_size=300))
def test_no_value_makes_the_check_crash(name, value):
    sentence = rules.field_error(name, value)
    assert sentence is None or sentence.strip()


# ------------------------------------------------------------------------------------------------------ duplicates

AMA = {"given_name": "Ama", "family_name": "Mensah"}


@pytest.mark.parametrize(
    ("one", "other", "score", "reasons"),
    [
        (AMA, AMA, 50, ("name",)),
        (AMA, {"given_name": "ÁMA", "family_name": "mensah "}, 50, ("name",)),
        (AMA, {"given_name": "Mensah", "family_name": "Ama"}, 35, ("name",)),
        (AMA, {"given_name": "Ama", "family_name": "Mensa"}, 35, ("name",)),
        (AMA, {"given_name": "Ana", "family_name": "Mensah"}, 35, ("name",)),
        (AMA, {"given_name": "Amma", "family_name": "Mensah"}, 35, ("name",)),
        (AMA, {"given_name": "Kofi", "family_name": "Owusu"}, 0, ()),
        (AMA, {"given_name": "Amaaa", "family_name": "Mensah"}, 0, ()),
        ({"given_name": "Ama"}, {"given_name": "Ana"}, 0, ()),
        (AMA | {"email": "Ama@X.org"}, {"given_name": "Kofi", "email": "ama@x.org"}, 60, ("email",)),
        (AMA | {"email": "ama@x.org"}, {"given_name": "Kofi"}, 0, ()),
        (AMA | {"phone": "0245550137"}, {"given_name": "K", "phone": "+233245550137"}, 40, ("phone",)),
        (AMA | {"phone": "0245550137"}, {"given_name": "K", "phone": "0245550138"}, 0, ()),
        (AMA | {"phone": "-"}, {"given_name": "K", "phone": "-"}, 0, ()),
        (AMA | {"date_of_birth": "2004-03-28"}, AMA | {"date_of_birth": "2004-03-28"}, 90, ("name", "date_of_birth")),
        (AMA | {"date_of_birth": "2004-03-28"}, AMA | {"date_of_birth": "1999-01-01"}, 20, ("name",)),
        (AMA | {"date_of_birth": "2004-03-28"}, AMA, 50, ("name",)),
        (AMA | {"date_of_birth": "2004-03-28"}, AMA | {"date_of_birth": ""}, 50, ("name",)),
        (
            AMA | {"email": "a@x.org", "phone": "0245550137", "date_of_birth": "2004-03-28"},
            AMA | {"email": "a@x.org", "phone": "0245550137", "date_of_birth": "2004-03-28"},
            100,
            ("email", "phone", "name", "date_of_birth"),
        ),
        ({"given_name": "K", "date_of_birth": "2004-03-28"}, {"given_name": "A", "date_of_birth": "1999-01-01"}, 0, ()),
    ],
)  # fmt: skip
def test_how_alike_two_people_are(one, other, score, reasons):
    assert rules.duplicate_score(one, other) == (score, reasons)


PEOPLE = st.fixed_dictionaries(
    {"given_name": NAMES, "family_name": st.one_of(st.none(), NAMES)},
    optional={
        "email": st.sampled_from(["a@x.org", "A@x.org", "b@x.org"]),
        "phone": st.sampled_from(["0245550137", "+233 24 555 0137", "0201"]),
        "date_of_birth": st.sampled_from(["2004-03-28", "1999-01-01"]),
    },
)


@given(PEOPLE, PEOPLE)
def test_likeness_is_the_same_from_either_side_and_between_0_and_100(one, other):
    score, reasons = rules.duplicate_score(one, other)
    assert rules.duplicate_score(other, one) == (score, reasons)
    assert 0 <= score <= 100
    assert len(set(reasons)) == len(reasons)


@given(PEOPLE)
def test_everyone_is_like_himself(one):
    score, _reasons = rules.duplicate_score(one, one)
    assert score >= 50


@given(st.text(alphabet="abc", max_size=6), st.text(alphabet="abc", max_size=6))
def test_one_letter_apart_is_what_editing_one_letter_reaches(one, other):
    alphabet = "abc"
    edits = {one}
    edits |= {one[:i] + letter + one[i:] for i in range(len(one) + 1) for letter in alphabet}
    edits |= {one[:i] + one[i + 1 :] for i in range(len(one))}
    edits |= {one[:i] + letter + one[i + 1 :] for i in range(len(one)) for letter in alphabet}
    assert rules._within_one(one, other) == (other in edits)


# ----------------------------------------------------------------------------------------------------- projections


def _project(command, rows):
    table = {body["id"]: body for body in rows}
    drafts = rules.PROJECTIONS[command.type](command, lambda _kind, row_id: table.get(row_id))
    again = {draft.id: draft.body for draft in drafts}
    repeated = rules.PROJECTIONS[command.type](command, lambda _kind, row_id: again.get(row_id, table.get(row_id)))
    assert list(repeated) == list(drafts), "projecting twice must change nothing"
    assert all(draft.kind == PERSON for draft in drafts)
    return drafts


def test_an_added_person_is_shown_as_the_model_has_it():
    command = _command("AddPerson", {"given_name": "Ama", "number": "S-1", "roles": []})
    (draft,) = _project(command, [])
    person = Person.model_validate({**draft.body, "family_name": "", "other_names": "", "provisional": False})
    assert (person.full_name, person.number, person.roles, person.state) == ("Ama", "S-1", ("student",), "active")
    assert draft.body["revision"] == command.id


def test_an_edit_changes_its_fields_alone():
    command = _command("EditPerson", {"changes": {"phone": {"old": None, "new": "024"}}})
    (draft,) = _project(command, [_body(family_name="Mensah")])
    assert draft.body == {**_body(family_name="Mensah"), "phone": "024", "revision": command.id}
    assert _project(command, []) == []


def test_a_state_is_set_for_every_target_that_is_here():
    command = _command("SetPersonState", {"state": "suspended"}, more=("kofi", "gone"))
    drafts = _project(command, [_body(), _body(id=_id("kofi"))])
    assert [(draft.id, draft.body["state"]) for draft in drafts] == [
        (_id("ama"), "suspended"),
        (_id("kofi"), "suspended"),
    ]


def test_roles_are_replaced():
    command = _command("SetPersonRoles", {"roles": ["registrar"]})
    (draft,) = _project(command, [_body()])
    assert draft.body["roles"] == ["registrar"]


def test_every_command_has_a_projection_and_a_version():
    assert set(rules.PROJECTIONS) == set(PAYLOADS) == set(TYPE_VERSIONS)


def test_a_full_name_has_single_spaces():
    person = Person(id="1", revision="1", given_name="Ama", family_name="Mensah")
    assert person.full_name == "Ama Mensah"
    assert person.model_copy(update={"other_names": "Adwoa"}).full_name == "Ama Adwoa Mensah"


# ----------------------------------------------------------------------------------------------------- permissions


@pytest.mark.parametrize(
    ("roles", "edits", "imports"),
    [
        ((Role.ADMINISTRATOR,), True, True),
        ((Role.REGISTRAR,), True, True),
        ((Role.CASHIER,), False, False),
        ((Role.INSTRUCTOR,), False, False),
        ((Role.AUDITOR,), False, False),
        ((Role.STUDENT,), False, False),
        ((), False, False),
    ],
)
def test_who_edits_and_imports_people(roles, edits, imports):
    assert may_edit_people(_actor(*roles)) is edits
    assert may_import_people(_actor(*roles)) is imports


@pytest.mark.parametrize(
    ("actor", "wanted", "allowed"),
    [
        (Role.REGISTRAR, ("student",), True),
        (Role.REGISTRAR, ("instructor",), False),
        (Role.REGISTRAR, ("student", "instructor"), False),
        (Role.ADMINISTRATOR, ("registrar", "instructor"), True),
        (Role.ADMINISTRATOR, ("platform_administrator",), False),
        (Role.PLATFORM_ADMINISTRATOR, ("platform_administrator",), True),
        (Role.INSTRUCTOR, ("student",), False),
    ],
)
def test_who_gives_which_roles(actor, wanted, allowed):
    assert may_assign_roles(_actor(actor), wanted) is allowed


@pytest.mark.parametrize(
    ("actor", "theirs", "allowed"),
    [
        (Role.REGISTRAR, {"student"}, True),
        (Role.REGISTRAR, set(), True),
        (Role.REGISTRAR, {"instructor", "student"}, False),
        (Role.ADMINISTRATOR, {"instructor"}, True),
        (Role.CASHIER, {"student"}, False),
    ],
)
def test_the_office_changes_students_and_only_administrators_staff(actor, theirs, allowed):
    assert may_change_person(_actor(actor), frozenset(theirs)) is allowed


def test_roles_allow_only_words_of_the_catalogue():
    assert set(BUILT_IN_ROLES) == set(Role)
    assert all(words <= set(Permission) for words in BUILT_IN_ROLES.values())
    assert BUILT_IN_ROLES[Role.STUDENT] == {Permission.WORK_HAND_IN}, "their own work, and nothing of others"
