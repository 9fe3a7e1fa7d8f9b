"""A whole dump of the database after people came in, forgot and were invited: no secret of theirs stands in it."""

import base64
import re
from pathlib import Path

import pytest

from server.messaging.courier import Courier
from tests.people.factor_kit import add_address, add_app, half, second_step
from tests.people.letter_box import box_for
from tests.serving import PASSWORD

NEW, POST_WORD = "three boats on the Volta", "a post office's own word 8f2c"
ESI = {"email": "esi@example.org", "given_name": "Esi", "family_name": "Owusu", "roles": ["instructor"]}
_SHORT = re.compile(r"\d{4,8}")


@pytest.fixture
def dump(request, server):
    """`dump()`: the bytes of the whole database, deleted rows on SQLite's pages included."""

    def whole():
        url = server.context.database.url
        if server.context.database.dialect == "sqlite":
            files = [Path(f"{url.database}{end}") for end in ("", "-wal")]
            return b"".join(one.read_bytes() for one in files if one.exists())
        return request.getfixturevalue("postgres").dump(str(url.database))

    return whole


def forms(secret):
    """The ways in which a secret may stand in a dump: as it is, without its dashes, and packed."""
    raw = [secret] if isinstance(secret, bytes) else [secret.encode(), secret.replace("-", "").encode()]
    if isinstance(secret, str) and secret.lower() != secret:
        raw.append(secret.lower().encode())
    packed = [pack(one) for one in raw for pack in (base64.b64encode, base64.urlsafe_b64encode, bytes.hex)]
    return {*raw, *(one.encode() if isinstance(one, str) else one.rstrip(b"=") for one in packed)}


def found_in(content, secrets):
    """The names of secrets that stand in a dump; a few digits count where they stand alone."""
    told = []
    for name, secret in secrets.items():
        if isinstance(secret, str) and _SHORT.fullmatch(secret):
            stands = re.search(rb"(?<![0-9A-Za-z.:])" + secret.encode() + rb"(?![0-9A-Za-z.:])", content) is not None
        else:
            stands = any(form in content for form in forms(secret))
        told += [name] if stands else []
    return told


def came_in(server, box):
    """People sign in, forget, are invited and add second factors; returns every secret that passed."""
    secrets = {"password": PASSWORD, "new password": NEW, "password of the mail server": POST_WORD}
    server.add_person("boss", email="boss@example.org", phone="+233201111111")
    ama = server.add_person("ama", ("student",), email="ama@example.org")
    told = server.sign_in("boss").data
    boss = told["access_token"]
    secrets |= {"access token": boss, "refresh token": told["refresh_token"]}
    app = add_app(server, boss)
    secrets |= {"seed of an app": base64.b32encode(app.secret).decode().rstrip("="), "seed in bytes": app.secret}
    secrets |= {f"recovery code {at}": code for at, code in enumerate(app.recovery)}
    secrets["code by mail"] = add_address(server, boss, box.letters, "mail")
    device = server.device()
    attempt = half(server, "boss", device)["attempt"]
    secrets |= {"attempt": attempt, "code of an app": app.code(server)}
    boss = second_step(server, device, attempt, "app", secrets["code of an app"]).data["access_token"]
    secrets["second access token"] = boss
    server.post("/api/v1/auth/forgot-password", {"organisation": server.slug, "name": "ama"})
    secrets["code of a reset"] = box.code("reset_password")
    reset = {"organisation": server.slug, "name": "ama", "code": secrets["code of a reset"], "new": NEW}
    assert server.post("/api/v1/auth/reset-password", reset).status == 200
    server.post("/api/v1/auth/forgot-password", {"organisation": server.slug, "name": "ama"})
    secrets["code of an open reset"] = box.code("reset_password")
    assert server.post("/api/v1/users/invitations", ESI, boss).status in {200, 201}
    secrets["code of an invitation"] = box.code("invitation")
    slip = server.post("/api/v1/auth/temporary-passwords", {"person_ids": [ama], "by": "slip"}, boss).data
    secrets["temporary password"] = slip[0]["password"]
    link = server.post("/api/v1/calendar-links", {"person_id": ama}, boss).data
    secrets["calendar link"] = link["path"].rsplit("/", 1)[-1].removesuffix(".ics")
    return secrets, boss


def put_way(server, token):
    """Let the institute's letters go through a mail server of its own, which asks for a password."""
    way = {"host": "smtp.example.com", "port": 587, "username": "km@example.org", "sender": "km@example.org"}
    told = server.ask("PUT", "/api/v1/letter-ways/mail", {"settings": way, "secret": POST_WORD}, token)
    assert (told.status, told.data["has_secret"]) == (200, True), told.body


def test_no_secret_stands_in_a_dump(server, dump):
    box = box_for(server)
    secrets, token = came_in(server, box)
    assert len(secrets) > 20
    before = found_in(dump(), secrets)
    Courier(server.context).deliver()
    put_way(server, token)
    assert (before, found_in(dump(), secrets)) == ([], []), "neither while letters wait nor once they are sent"


def test_what_does_stand_in_a_dump_is_found(server, dump):
    """The search itself: planted words are found in each form in which they may stand."""
    planted = {"plain": "a kettle left out", "short": "582913", "packed": "in sixty-four letters"}
    packed = base64.b64encode(planted["packed"].encode()).decode()
    payload = {"given_name": planted["plain"], "family_name": packed, "number": planted["short"]}
    server.do(server.command("AddPerson", server.new_id(), payload))
    assert found_in(dump(), planted) == list(planted)
    assert found_in(dump(), {"absent": "nobody said this", "digits": "777123"}) == []
