"""`python -m tests.audit_tampering --rounds N`: tampers with an audit log at random; every time it must be found.

The tamperer writes to all tables as he likes and knows how the chain is made; he has neither the server's key nor what
a desktop remembers of the chain's end. The verifier is `tests.audit_verifier`, which shares nothing with the server.
"""

import argparse
import copy
import hashlib
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.core.audit import AuditLine, detail_digest, link_digest, sign_checkpoint
from server.core.database import Database
from shared.core.ids import derived_id
from tests.audit_verifier import verify
from tests.institute import Institute, make_institute, open_database
from tests.postgres import DatabaseUrls

LINKS_BETWEEN = 7
Log = dict[str, Any]
_COLUMNS = {
    "links": ("audit_link", "audit_seq, digest, chain, actor_id, device_id, made_at, note"),
    "commands": ("command_log", "audit_seq, id, hash, type, target_id, verdict, digest, salt, detail"),
    "checkpoints": ("audit_checkpoint", "audit_seq, chain, made_at, signature"),
    "heads": ("feed_head", "audit_seq, chain"),
}


def grown(institute: Institute, key: Ed25519PrivateKey, days: int = 40) -> None:
    """Let an institute work, and sign checkpoints as the server's job does."""
    for day in range(days):
        _work(institute, day)
        institute.parts.database.write(
            lambda db: sign_checkpoint(
                db, institute.organisation_id, key, institute.clock.now(), LINKS_BETWEEN, age=10_000.0
            )
        )
        institute.clock.advance(60)


def _work(institute: Institute, at: int) -> None:
    new = institute.parts.new_id
    system = institute.devices["system"]
    commands = [
        system.command("AddCourse", new(), {"code": f"T{at}-{n}", "title": f"Course {n}"}) for n in range(1 + at % 3)
    ]
    system.send(*commands)


def read(database: Database, organisation_id: str) -> Log:
    """Return the log as plain rows."""
    log: Log = {"organisation_id": organisation_id}
    with database.read() as db:
        for name, (table, columns) in _COLUMNS.items():
            rows = db.rows(f"SELECT {columns} FROM {table} WHERE organisation_id = :o", o=organisation_id)
            log[name] = [dict(zip(columns.split(", "), row, strict=True)) for row in rows]
    log["head"] = log.pop("heads")[0]
    return log


def found(log: Log, public_key: bytes, seen: list[tuple[int, bytes]]) -> str | None:
    """Ask the verifier."""
    return verify(
        log["organisation_id"], log["head"], log["links"], log["commands"], log["checkpoints"], public_key, seen
    )


# ------------------------------------------------------------------------------------------------------- tampering


def edit(log: Log, chance: random.Random) -> None:
    """Change one thing in one row."""
    if chance.random() < 0.5:
        row = chance.choice(log["commands"])
        name = chance.choice(["id", "hash", "type", "target_id", "verdict", "digest", "salt", "detail", "audit_seq"])
    else:
        row = chance.choice(log["links"])
        name = chance.choice(["digest", "chain", "actor_id", "device_id", "made_at", "note", "audit_seq"])
    _change(row, name, chance)


def _change(row: dict[str, Any], name: str, chance: random.Random) -> None:
    value = row[name]
    if isinstance(value, bytes | memoryview):
        raw = bytearray(value)
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        row[name] = bytes(raw)
    elif isinstance(value, int):
        row[name] = value + chance.choice([-1, 1, 1_000])
    else:
        row[name] = f"{value or ''}x" if chance.random() < 0.5 or not value else derived_id("tampered", str(value))


def delete(log: Log, chance: random.Random) -> None:
    """Take one row away."""
    rows = log[chance.choice(["links", "commands"])]
    rows.remove(chance.choice(rows))


def swap(log: Log, chance: random.Random) -> None:
    """Let two rows change places."""
    rows = log[chance.choice(["links", "commands"])]
    one, other = chance.sample(rows, 2)
    while one["audit_seq"] == other["audit_seq"]:
        one, other = chance.sample(rows, 2)
    one["audit_seq"], other["audit_seq"] = other["audit_seq"], one["audit_seq"]


def insert(log: Log, chance: random.Random) -> None:
    """Put a row in that wasn't there: a link at the end, or a command into a link."""
    if chance.random() < 0.5:
        last = max(row["audit_seq"] for row in log["links"])
        log["links"].append(dict(chance.choice(log["links"]), audit_seq=last + 1))
    else:
        row = dict(chance.choice(log["commands"]))
        row["id"] = derived_id("inserted", str(chance.random()))
        log["commands"].append(row)


def truncate(log: Log, chance: random.Random) -> None:
    """Cut the tail off, with its checkpoints, and let the head name the new end."""
    last = chance.randrange(1, len(log["links"]))
    for name in ("links", "commands", "checkpoints"):
        log[name] = [row for row in log[name] if row["audit_seq"] is None or row["audit_seq"] <= last]
    end = max(log["links"], key=lambda row: row["audit_seq"])
    log["head"] = {"audit_seq": last, "chain": end["chain"]}


def rewrite(log: Log, chance: random.Random) -> None:
    """Change a detail and make the whole chain anew, so that it is right in itself."""
    row = chance.choice([one for one in log["commands"] if one["detail"]])
    kept = json.loads(row["detail"])
    kept["payload"]["title"] = f"tampered {chance.random()}"
    content = [row["id"], row["type"], kept["type_version"], kept["targets"], kept["payload"], kept["observed_at"]]
    packed = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    row["hash"], row["detail"] = hashlib.sha256(packed.encode()).hexdigest(), json.dumps(kept)
    row["digest"] = detail_digest(row["salt"], row["detail"])
    _chained_anew(log)
    if chance.random() < 0.5:
        log["checkpoints"] = []


def clock(log: Log, chance: random.Random) -> None:
    """Move a link to another time, with or without making the chain anew."""
    row = chance.choice(log["links"])
    row["made_at"] = f"2025-{chance.randrange(1, 13):02}-01T00:00:00.000Z"
    if chance.random() < 0.5:
        _chained_anew(log)


def _chained_anew(log: Log) -> None:
    chain = b""
    for link in sorted(log["links"], key=lambda row: int(row["audit_seq"])):
        lines = [
            AuditLine(one["id"], one["hash"], one["verdict"] or "", one["digest"])
            for one in log["commands"]
            if one["audit_seq"] == link["audit_seq"]
        ]
        link["digest"] = link_digest(link["actor_id"], link["device_id"], link["made_at"], lines, link["note"])
        chain = link["chain"] = hashlib.sha256(chain + link["digest"]).digest()
    log["head"]["chain"] = chain


KINDS = (edit, delete, swap, insert, truncate, rewrite, clock)


def missed(log: Log, public_key: bytes, rounds: int, seed: int) -> tuple[list[str], Counter[str]]:
    """Return which of `rounds` tamperings weren't found, and how many there were of each kind."""
    chance = random.Random(seed)
    seen = [(int(log["head"]["audit_seq"]), bytes(log["head"]["chain"]))]
    unseen, tried = [], Counter[str]()
    assert found(log, public_key, seen) is None, "the log is whole before"
    for at in range(rounds):
        kind = KINDS[at % len(KINDS)]
        altered = copy.deepcopy(log)
        kind(altered, chance)
        tried[kind.__name__] += 1
        if found(altered, public_key, seen) is None:
            unseen.append(f"{at}: {kind.__name__}")
    return unseen, tried


def main(arguments: list[str] | None = None) -> int:
    """Tamper; the exit code is 1 where something wasn't found."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit_tampering", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'log.sqlite3'}"
        database = open_database(DatabaseUrls(url, url))
        institute, key = make_institute(database), Ed25519PrivateKey.generate()
        grown(institute, key)
        log = read(database, institute.organisation_id)
        database.close()
    unseen, tried = missed(log, key.public_key().public_bytes_raw(), options.rounds, options.seed)
    counts = ", ".join(f"{n} {name}" for name, n in tried.items())
    sys.stdout.write(f"{options.rounds - len(unseen)} of {options.rounds} found, seed {options.seed} ({counts})\n")
    sys.stdout.writelines(f"not found: {one}\n" for one in unseen[:10])
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
