"""The people known on this computer: names and places of their stores, nothing secret."""

from pathlib import Path

from pydantic import ConfigDict, ValidationError

from desktop.core.disk import replace_file
from shared.core.strict import StrictModel

FILE_NAME = "people.json"


class Profile(StrictModel):
    """Someone who has signed in here before. `names` are what he or she signed in as, in small letters."""

    model_config = ConfigDict(frozen=True, extra="allow")

    server: str
    organisation: str
    organisation_name: str = ""
    person_id: str
    device_id: str
    name: str
    number: str | None = None
    roles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    folder: str
    last_at: str = ""


class _People(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")

    people: tuple[Profile, ...] = ()


class Profiles:
    """The list in the data folder; it is written whole, and can be lost without losing anyone's work."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    def all(self, server: str | None = None) -> list[Profile]:
        """Return the people known here, at `server` or anywhere, who signed in last comes first."""
        try:
            people = _People.model_validate_json(self._path.read_bytes()).people
        except (FileNotFoundError, ValidationError):
            people = ()
        wanted = [one for one in people if server in {None, one.server}]
        return sorted(wanted, key=lambda one: one.last_at, reverse=True)

    def find(self, server: str, organisation: str, name: str) -> Profile | None:
        """Return who signed in under this name before, or has it as number, or None."""
        wanted = name.strip().casefold()
        for one in self.all(server):
            if one.organisation == organisation and (wanted in one.names or wanted == (one.number or "").casefold()):
                return one
        return None

    def person(self, server: str, person_id: str) -> Profile | None:
        """Return the profile of a person at a server, or None."""
        return next((one for one in self.all(server) if one.person_id == person_id), None)

    def put(self, profile: Profile, *, owns: str = "") -> None:
        """Write a profile in place of the one of the same person at the same server.

        `owns` is a name that the server has just said is this person's: nobody else is found under it any more.
        """
        others = [one for one in self.all() if (one.server, one.person_id) != (profile.server, profile.person_id)]
        place, name = (profile.server, profile.organisation), owns.strip().casefold()
        others = [_without(one, name) if name and (one.server, one.organisation) == place else one for one in others]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(self._path, _People(people=(profile, *others)).model_dump_json(indent=1).encode())

    def remove(self, server: str, person_id: str) -> None:
        """Forget a person whose store is gone; one who isn't known is forgotten already."""
        people = self.all()
        left = tuple(one for one in people if (one.server, one.person_id) != (server, person_id))
        if len(left) != len(people):
            replace_file(self._path, _People(people=left).model_dump_json(indent=1).encode())


def _without(profile: Profile, name: str) -> Profile:
    names = tuple(one for one in profile.names if one != name)
    number = None if (profile.number or "").casefold() == name else profile.number
    return profile.model_copy(update={"names": names, "number": number})
