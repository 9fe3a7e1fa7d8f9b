"""What the routes of people, roles, sign-ins and the institute ask for: one line for each."""

from shared.people.vocabulary import Permission
from tests.authorisation.rules import (
    HERE,
    NOT_OWN,
    OWN_ROW,
    PUBLIC,
    SEES_ALL,
    SIGNED_IN,
    Entry,
    given,
    has,
    holds,
    naming,
    teaches,
)

P = Permission
SEES_PERSON = SEES_ALL | teaches() | OWN_ROW
CHANGES_PERSON = (has(P.PEOPLE_EDIT) & NOT_OWN) | has(P.ROLES_ASSIGN)
"""Students by the office; staff, oneself among them, by those who assign roles."""
CHANGES_OR_OWN = CHANGES_PERSON | OWN_ROW
OWN_OR_SEES_SECURITY = OWN_ROW | holds(P.SECURITY_SEE)
_EDIT = given(given_name="Abena")
_NEW = given(given_name="Quite", family_name="New", roles=["student"])
_BOTH = {"if-match": "0.0"}
_ANY_BASE = {"if-match": "{random}"}
_EDITS = holds(P.PEOPLE_EDIT)
_PERSON = naming(person_id="person")
_SEES_MARKS = has(P.MARKS_RECORD, P.MARKS_MODERATE, P.MARKS_CORRECT, P.GRADES_PUBLISH, P.AUDIT_READ)
_SECRET = "needs a secret that only a letter or a browser brings"

USERS = (
    Entry("GET /api/v1/users", SEES_PERSON, shows="person", query="?limit=500"),
    Entry("POST /api/v1/users", holds(P.PEOPLE_EDIT), _NEW),
    Entry("GET /api/v1/users/{row_id}", SEES_PERSON, row="person"),
    Entry("PATCH /api/v1/users/{row_id}", CHANGES_PERSON, _EDIT, row="person", headers=_ANY_BASE),
    Entry("GET /api/v1/users/duplicates", holds(P.SEE_ALL) & holds(P.PEOPLE_SEE), query="?given_name=Ama"),
    Entry(
        "POST /api/v1/users/state",
        CHANGES_PERSON,
        lambda _world, _who, rows: {"ids": [rows["person"]], "state": "inactive"},
    ),
    Entry("POST /api/v1/users/numbers", has(P.PEOPLE_EDIT), lambda _world, _who, rows: {"ids": [rows["person"]]}),
    Entry("GET /api/v1/users/{person_id}/photo", SEES_PERSON, row="person"),
    Entry("PUT /api/v1/users/{person_id}/photo", CHANGES_PERSON | OWN_ROW, given(jpeg_base64=None), row="person"),
    Entry("GET /api/v1/profile", SIGNED_IN),
    Entry("PATCH /api/v1/profile", SIGNED_IN, given(bio="Likes boats"), headers=_BOTH),
    Entry("GET /api/v1/users/{person_id}/profile", SEES_PERSON, row="person"),
    Entry("GET /api/v1/profile/figures", SIGNED_IN),
    Entry("GET /api/v1/users/{person_id}/figures", OWN_ROW | (SEES_PERSON & SEES_ALL & _SEES_MARKS), row="person"),
    Entry(
        "PATCH /api/v1/users/{person_id}/profile",
        CHANGES_PERSON | OWN_ROW,
        given(bio="Boats"),
        row="person",
        headers=_BOTH,
    ),
    Entry("GET /api/v1/users/{person_id}/devices", OWN_OR_SEES_SECURITY, row="person"),
    Entry("GET /api/v1/users/{person_id}/sign-ins", has(P.SECURITY_SEE), row="person"),
    Entry("DELETE /api/v1/users/{person_id}/sign-ins", has(P.SECURITY_MANAGE), row="person"),
    Entry("GET /api/v1/users/invitations", holds(P.PEOPLE_EDIT)),
    Entry(
        "POST /api/v1/users/invitations",
        holds(P.PEOPLE_EDIT),
        given(email="new@example.org", given_name="New", family_name="One", roles=["student"]),
    ),
    Entry("POST /api/v1/users/invitations/{invitation_id}/resend", holds(P.PEOPLE_EDIT), row="random", absent=True),
    Entry("POST /api/v1/users/invitations/{invitation_id}/withdraw", holds(P.PEOPLE_EDIT), row="random", absent=True),
    Entry("GET /api/v1/users/registrations", holds(P.PEOPLE_EDIT)),
    Entry("PUT /api/v1/users/registrations/policy", holds(P.ORGANISATION_EDIT), given(registration="approval")),
    Entry("POST /api/v1/users/registrations/{registration_id}/accept", _EDITS, row="random", absent=True),
    Entry("POST /api/v1/users/registrations/{registration_id}/join", _EDITS, _PERSON, row="random", absent=True),
    Entry(
        "POST /api/v1/users/registrations/{registration_id}/refuse",
        _EDITS,
        given(reason="No"),
        row="random",
        absent=True,
    ),
)
ROLES = (
    Entry("GET /api/v1/permissions", SIGNED_IN),
    Entry("GET /api/v1/roles", SIGNED_IN),
    Entry("GET /api/v1/roles/{key}", SIGNED_IN, row="role"),
    Entry("GET /api/v1/roles/{key}/people", holds(P.ROLES_EDIT, P.ROLES_ASSIGN), row="role"),
    Entry("POST /api/v1/roles", holds(P.ROLES_EDIT), given(name="Fresh")),
    Entry("PATCH /api/v1/roles/{key}", holds(P.ROLES_EDIT), given(name="Other"), row="role", headers=_ANY_BASE),
    Entry("DELETE /api/v1/roles/{key}", holds(P.ROLES_EDIT), row="role"),
)
SIGN_INS = (
    *(
        Entry(f"POST /api/v1/auth/{name}", PUBLIC, given())
        for name in (
            *("accept-invitation", "check-username", "forgot-password", "identity/begin", "identity/enter"),
            *("look-at-invitation", "refresh", "register", "resend-code", "reset-password", "sign-in"),
            *("sign-in/factor", "sign-in/factor/send", "verify-email", "identity/prove"),
        )
    ),
    Entry("GET /api/v1/auth/providers", PUBLIC, query="?organisation=km-media"),
    Entry("GET /api/v1/auth/ways-in", PUBLIC, query="?organisation=km-media"),
    Entry("POST /api/v1/auth/change-password", SIGNED_IN, given(current="wrong", new="three boats on the Volta")),
    Entry("GET /api/v1/auth/me", SIGNED_IN),
    Entry("GET /api/v1/auth/confirm", SIGNED_IN),
    Entry("GET /api/v1/auth/confirm/fresh", SIGNED_IN),
    Entry("POST /api/v1/auth/confirm", SIGNED_IN, given(password="a kettle, two birds")),
    Entry("POST /api/v1/auth/confirm/send", SIGNED_IN, given(kind="mail")),
    Entry("GET /api/v1/auth/factors", SIGNED_IN),
    Entry("POST /api/v1/auth/factors/app", SIGNED_IN),
    Entry("POST /api/v1/auth/factors/app/confirm", SIGNED_IN, given(enrolment="x" * 43, code="123456")),
    Entry("POST /api/v1/auth/factors/remove", SIGNED_IN, given(kind="app")),
    Entry("POST /api/v1/auth/factors/reset", has(P.SECURITY_MANAGE) & NOT_OWN, _PERSON),
    Entry("POST /api/v1/auth/factors/send", SIGNED_IN, given(kind="mail")),
    Entry("POST /api/v1/auth/factors/send/confirm", SIGNED_IN, given(kind="mail", code="123456")),
    Entry("POST /api/v1/auth/recovery-codes", SIGNED_IN),
    Entry("GET /api/v1/auth/identities", SIGNED_IN),
    Entry("POST /api/v1/auth/identities/begin", SIGNED_IN, given(provider_id="google", port=50123), no_proof=_SECRET),
    Entry("POST /api/v1/auth/identities/finish", SIGNED_IN, given(), no_proof=_SECRET),
    Entry("DELETE /api/v1/auth/identities/{provider_id}", SIGNED_IN, row="random", absent=True),
    Entry("GET /api/v1/auth/sign-ins", SIGNED_IN),
    Entry("DELETE /api/v1/auth/sign-ins", SIGNED_IN),
    Entry("DELETE /api/v1/auth/sign-ins/{sign_in_id}", OWN_ROW | has(P.SECURITY_MANAGE), row="sign_in"),
    Entry("POST /api/v1/auth/sign-out", SIGNED_IN),
    Entry("POST /api/v1/auth/start-reset", CHANGES_PERSON, _PERSON),
    Entry("POST /api/v1/auth/temporary-password", CHANGES_PERSON, _PERSON),
    Entry(
        "POST /api/v1/auth/temporary-passwords",
        CHANGES_PERSON,
        lambda _world, _who, rows: {"person_ids": [rows["person"]], "by": "slip"},
    ),
    Entry("POST /api/v1/auth/unlock", has(P.SECURITY_MANAGE, P.ROLES_ASSIGN), _PERSON),
)
_GUARDS, _LOST = holds(P.SECURITY_MANAGE), given(reason="Left in a taxi")
INSTITUTE = (
    Entry("GET /api/v1/organisation", SIGNED_IN),
    Entry("PATCH /api/v1/organisation", holds(P.ORGANISATION_EDIT), given(motto="Onward")),
    Entry("PUT /api/v1/organisation/logo", holds(P.ORGANISATION_EDIT), given(image_base64=None)),
    Entry("GET /api/v1/organisations/public", PUBLIC, query="?slug=km-media"),
    Entry("GET /api/v1/organisations/identity-providers", holds(P.SECURITY_MANAGE)),
    Entry(
        "PUT /api/v1/organisations/identity-providers/{provider_id}",
        holds(P.SECURITY_MANAGE),
        given(name="Google", issuer="https://127.0.0.1", client_id="x"),
        row="random",
    ),
    Entry(
        "DELETE /api/v1/organisations/identity-providers/{provider_id}",
        holds(P.SECURITY_MANAGE),
        row="random",
        absent=True,
    ),
    Entry("GET /api/v1/branches", HERE, shows="branch", query="?limit=500"),
    Entry("POST /api/v1/branches", holds(P.ORGANISATION_EDIT), given(name="Tema")),
    Entry("GET /api/v1/branches/{row_id}", HERE, row="branch"),
    Entry(
        "PATCH /api/v1/branches/{row_id}", has(P.ORGANISATION_EDIT), given(name="Ho"), row="branch", headers=_ANY_BASE
    ),
    Entry(
        "PUT /api/v1/numbering",
        holds(P.ORGANISATION_EDIT),
        given(prefix="S-", year="long", digits=4, start=1),
    ),
    Entry("GET /api/v1/set-up", PUBLIC),
    Entry("POST /api/v1/set-up", PUBLIC, given()),
    Entry("POST /api/v1/set-up/code", PUBLIC, given()),
    Entry("GET /api/v1/security/events", holds(P.SECURITY_SEE)),
    Entry("GET /api/v1/security/events/export", holds(P.SECURITY_SEE)),
    Entry("GET /api/v1/computers", holds(P.DEVICES_SEE)),
    Entry("POST /api/v1/computers/contact", PUBLIC, given()),
    Entry("DELETE /api/v1/computers/{computer_id}", holds(P.DEVICES_SEE), row="random", absent=True),
    Entry("POST /api/v1/computers/{computer_id}/lost", _GUARDS, _LOST, row="random", absent=True),
    Entry("DELETE /api/v1/computers/{computer_id}/lost", _GUARDS, row="random", absent=True),
    Entry("POST /api/v1/devices/orders", PUBLIC, given()),
    Entry("POST /api/v1/devices/wiped", PUBLIC, given()),
    Entry("POST /api/v1/devices/{device_id}/lost", _GUARDS, _LOST, row="random", absent=True),
    Entry("DELETE /api/v1/devices/{device_id}/lost", _GUARDS, row="random", absent=True),
)
ENTRIES = (*USERS, *ROLES, *SIGN_INS, *INSTITUTE)
