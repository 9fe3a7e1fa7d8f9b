"""The desktop's own settings: where its files lie, which servers it knows, how it looks."""

from pathlib import Path

import platformdirs
from pydantic import ConfigDict, Field, ValidationError

from desktop.core.disk import replace_file
from shared.core.strict import StrictModel

FILE_NAME = "settings.json"


class Server(StrictModel):
    """A server this computer has met. `pin` is the SHA-256 (hex) of its office's certificate key, for https only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    organisation: str
    name: str = ""
    pin: str | None = None
    certificate: str | None = None


class Settings(StrictModel):
    """What is kept in the settings file; never anything secret. Unknown fields of a newer version are kept."""

    model_config = ConfigDict(frozen=True, extra="allow")

    servers: tuple[Server, ...] = ()
    last_server: str = ""
    theme: str = Field(default="system", pattern="^(system|light|dark)$")
    text_size: int = Field(default=100, ge=75, le=150)
    reduced_motion: bool | None = None
    high_contrast: bool | None = None
    language: str = "en"
    device_name: str = ""
    letter_keys: bool = True
    scan_sounds: bool = True
    windows: dict[str, str] = Field(default_factory=dict)

    def with_server(self, server: Server) -> "Settings":
        """Return settings that know `server`, in place of what they knew of its address and institute."""
        others = tuple(one for one in self.servers if (one.url, one.organisation) != (server.url, server.organisation))
        return self.model_copy(update={"servers": (*others, server), "last_server": server.url})

    def server(self, url: str, organisation: str = "") -> Server | None:
        """Return what is known of a server, or None."""
        found = (one for one in self.servers if one.url == url and organisation in {"", one.organisation})
        return next(found, None)


def settings_folder() -> Path:
    """Return the folder of the settings file for the person at this computer."""
    return platformdirs.user_config_path("Campusdesk", appauthor=False, ensure_exists=True)


def data_folder() -> Path:
    """Return the folder of the local stores."""
    return platformdirs.user_data_path("Campusdesk", appauthor=False, ensure_exists=True)


def load(folder: Path) -> Settings:
    """Return the settings in `folder`; a file that can't be read is put aside and settings begin anew."""
    path = folder / FILE_NAME
    try:
        return Settings.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Settings()
    except ValidationError:
        path.replace(path.with_suffix(".unreadable"))
        return Settings()


def save(settings: Settings, folder: Path) -> None:
    """Write the settings file; a crash leaves the old one or the new one, whole."""
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / FILE_NAME, settings.model_dump_json(indent=2).encode())
