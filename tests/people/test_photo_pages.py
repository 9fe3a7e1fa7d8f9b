"""Photos in the feed: answers stay small enough for a slow line, and every device still ends with every row."""

import base64
from typing import Any

from shared.people.photos import MOST_BYTES, photo_id
from tests.core.test_exchange import Reader
from tests.institute import Institute
from tests.people.pictures import kept_photo

_LARGEST = 1_060_000


class _Weigher(Reader):
    """Notes how large the rows of each answer are."""

    sizes: list[int]

    def once(self, **more: Any) -> Any:
        told = super().once(**more)
        rows = [*told.changes], [*told.snapshot_changes]
        self.__dict__.setdefault("sizes", []).extend(sum(len(one.model_dump_json()) for one in part) for part in rows)
        return told


def _large(at: int) -> str:
    """A photo that is as large as one may be, and like no other."""
    content = base64.b64decode(kept_photo())
    return base64.b64encode(content + bytes([at % 251]) * (MOST_BYTES - len(content))).decode()


def test_pages_of_photos_are_cut_and_nothing_is_missed(institute: Institute) -> None:
    registrar = institute.registrar
    commands = []
    for at in range(60):
        person_id = institute.parts.new_id()
        commands.append(registrar.command("AddPerson", person_id, {"given_name": f"N{at}"}))
        payload = {"person_id": person_id, "jpeg_base64": _large(at)}
        commands.append(registrar.command("SetPersonPhoto", photo_id(person_id), payload))
    assert {outcome.verdict for outcome in registrar.send(*commands)} == {"applied"}
    # The office has a cursor and reads on; someone new fetches the whole as a gained scope.
    for device in (registrar, institute.system):
        reader = _Weigher(institute, device, 500)
        reader.catch_up()
        assert sum(kind == "person_photo" for kind, _ in reader.rows) == 60
        assert sum(reader.sizes) > 60 * 50_000
        assert max(reader.sizes) < _LARGEST
    early = _Weigher(institute, registrar, 500)
    early.catch_up()
    more = [
        registrar.command(
            "SetPersonPhoto", command.target_id, {**command.payload, "jpeg_base64": _large(200 - at)}, None
        )
        for at, command in enumerate(commands[1::2])
    ]
    registrar.send(*more)
    early.sizes.clear()
    early.catch_up()
    assert max(early.sizes) < _LARGEST
    assert sum(early.sizes) > 60 * 50_000
