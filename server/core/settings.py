"""Every setting of the server, from the environment (`CAMPUSDESK_...`), a TOML file, or what the caller gives."""

import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import URL, make_url

from server.core.settings_words import mistyped, told_faults
from shared.core.errors import CampusError
from shared.core.file_limits import FilePurpose
from shared.core.strict import StrictModel
from shared.core.text import text

PREFIX = "CAMPUSDESK_"
FILE_VARIABLE = "CAMPUSDESK_SETTINGS"
SETTINGS_FILE = "settings.toml"
PORT = 8620
_OWN_MACHINE = ("http://127.0.0.1:", "http://[::1]:")
_REDIS_SCHEMES = ("redis://", "rediss://", "unix://")


class LimitRule(StrictModel):
    """How often callers may ask for paths that start with `path`; the longest `path` that fits counts.

    `methods` are those that it is for, such as POST; none: all of them.
    `anonymous` is per address, `person` per signed-in person, `roles` replaces `person` for holders of a role (the
    most generous one counts). None: not limited.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    methods: tuple[str, ...] = ()
    anonymous: int | None = Field(default=None, ge=1)
    person: int | None = Field(default=None, ge=1)
    roles: dict[str, int] = Field(default_factory=dict)
    seconds: int = Field(default=900, ge=1)


DEFAULT_LIMITS = (
    LimitRule(path="/", anonymous=100, person=1_000),
    LimitRule(path="/api/health"),
    LimitRule(path="/health/"),
    LimitRule(path="/api/v1/sync"),
    # Failed sign-ins have limits of their own, so that a lab of 60 behind one address gets in.
    LimitRule(path="/api/v1/auth/sign-in"),
    LimitRule(path="/api/v1/auth/refresh"),
    # Five institutes an hour from one address, where institutes may register at all.
    LimitRule(path="/api/v1/organisations/registrations", anonymous=5, person=5, seconds=3_600),
    # What a lab's people ask before they are signed in has limits of its own, by account and by address.
    LimitRule(path="/api/v1/auth/", anonymous=3_000, person=1_000),
    LimitRule(path="/api/v1/organisations/public", anonymous=1_000, person=1_000),
    LimitRule(path="/api/v1/office-certificate", anonymous=1_000, person=1_000),
    # Each computer of a lab tells how it is every few minutes, all of them from behind one address.
    LimitRule(path="/api/v1/computers/contact", anonymous=10_000, person=10_000),
    # Beginning an upload counts, its pieces don't; a marking pack fetches a whole class's files in one go.
    LimitRule(path="/api/v1/uploads", anonymous=10, person=10, seconds=300),
    LimitRule(path="/api/v1/uploads/"),
    # The SMS provider tells of each letter, from a few addresses; the path holds a secret.
    LimitRule(path="/api/v1/letters/reports/", anonymous=20_000, person=20_000),
    LimitRule(path="/api/v1/files/", anonymous=100, person=10_000),
    # A payment that is begun opens a page at a gateway or a prompt on a phone; a cashier asks for many people.
    LimitRule(
        path="/api/v1/online-payments",
        methods=("POST",),
        anonymous=10,
        person=10,
        roles={"cashier": 300, "bursar": 300, "administrator": 300},
        seconds=300,
    ),
    # How it stands is asked every few seconds, and what the phone showed is typed.
    LimitRule(path="/api/v1/online-payments/", anonymous=100, person=1_000),
    # Gateways tell of payments, from a few addresses, and again until they are heard; the path holds a secret.
    LimitRule(path="/api/v1/payments/webhooks/", anonymous=20_000, person=20_000),
    # A link is opened without a sign-in, a film piece by piece, by a lab or a CDN from one address.
    LimitRule(path="/api/v1/file-links/", anonymous=10_000, person=10_000),
)


def _proxy_address(word: str) -> str:
    """Return the address or network of a proxy; everybody is none, for then anyone could say who he is."""
    if ip_network(word).prefixlen == 0:
        raise ValueError("names everybody")
    return word


ProxyAddress = Annotated[str, AfterValidator(_proxy_address)]


class Settings(BaseSettings):
    """What the server is told; lengths of time carry their unit in their name."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("campusdesk-server", False)))
    keys_file: Path | None = None
    database_url: SecretStr | None = None
    database_owner_url: SecretStr | None = None
    replica_url: SecretStr | None = None
    redis_url: SecretStr | None = None
    pool_size: int = Field(default=20, ge=1, le=500)
    threads: int = Field(default=0, ge=0, le=500)

    host: str = "0.0.0.0"  # noqa: S104 - an office's desktops must reach it; without TLS it is refused
    port: int = Field(default=PORT, ge=0, le=65_535)
    workers: int = Field(default=1, ge=1, le=256)
    plain_http: bool = False
    certificate_names: tuple[str, ...] = ()
    certificate_file: Path | None = None
    certificate_key_file: Path | None = None
    find_own_names: bool = True
    trusted_proxies: tuple[ProxyAddress, ...] = ()
    cors_origins: tuple[str, ...] = ()
    graceful_stop_seconds: int = Field(default=20, ge=0)
    wait_for_database_seconds: int = Field(default=60, ge=0)

    access_token_minutes: int = Field(default=15, ge=1)
    refresh_token_days: int = Field(default=7, ge=1)
    kept_refresh_token_days: int = Field(default=30, ge=1)
    refresh_grace_seconds: int = Field(default=60, ge=0)
    lease_days: int = Field(default=14, ge=1)
    temporary_password_days: int = Field(default=14, ge=1)

    password_min_length: int = Field(default=12, ge=8)
    password_min_length_with_factor: int = Field(default=8, ge=8)
    sign_in_attempt_minutes: int = Field(default=10, ge=1, le=60)
    codes_per_person_and_hour: int = Field(default=6, ge=1)
    codes_per_organisation_and_day: int = Field(default=2_000, ge=1)
    password_cost: int = Field(default=12, ge=4, le=16)
    password_queue: int = Field(default=64, ge=1)
    identity_hosts: tuple[str, ...] = ()
    organisation_registration: bool = False

    failures_per_account: int = Field(default=5, ge=2)
    failures_per_address: int = Field(default=50, ge=2)
    failure_window_minutes: int = Field(default=15, ge=1)
    longest_lock_minutes: int = Field(default=60, ge=1)
    failures_per_account_and_address: int = Field(default=20, ge=2)
    failures_per_organisation: int = Field(default=500, ge=2)

    sign_ins_per_person: int = Field(default=5, ge=1)
    longest_sign_in_days: int = Field(default=90, ge=1)
    longest_kept_sign_in_days: int = Field(default=365, ge=1)
    addresses_per_sign_in: int = Field(default=6, ge=2)
    address_window_minutes: int = Field(default=60, ge=1)
    fastest_move_hours: int = Field(default=4, ge=1)
    address_ranges: Path | None = None
    security_log_days: int = Field(default=365, ge=90)

    limits: tuple[LimitRule, ...] = ()
    max_body_bytes: int = Field(default=8_000_000, ge=1_000)
    max_body_bytes_for: dict[str, int] = Field(
        default_factory=lambda: {
            "/api/v1/imports": 64_000_000,
            # A whole outbox in one piece, photos among it.
            "/api/v1/sync/deliver": 24_000_000,
            "/api/v1/sync/quarantine": 24_000_000,
            # A piece of a file; how large the whole may be is said below.
            "/api/v1/uploads/": 64_000_000,
            "/api/v1/payments/webhooks/": 262_144,
        }
    )

    files_dir: Path | None = None
    largest_file_bytes: int = Field(default=52_428_800, ge=1)
    largest_file_bytes_for: dict[FilePurpose, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    person_file_bytes: int = Field(default=5_000_000_000, ge=1)
    organisation_file_bytes: int = Field(default=500_000_000_000, ge=1)
    files_keep_free_bytes: int = Field(default=1_000_000_000, ge=0)
    upload_days: int = Field(default=7, ge=1)
    upload_idle_seconds: float = Field(default=30, gt=0)
    direct_uploads: bool = True
    upload_link_seconds: int = Field(default=600, ge=60, le=3_600)
    file_link_seconds: int = Field(default=300, ge=10, le=3_600)
    files_cdn_url: str = ""

    ffmpeg: str = "ffmpeg"
    ffprobe: str = "ffprobe"
    video_copies: bool = True
    small_video_height: int = Field(default=360, ge=120, le=1_080)
    small_video_kbits: int = Field(default=400, ge=100, le=4_000)
    video_longest_minutes: int = Field(default=240, ge=1, le=1_440)
    video_minutes_for_one: int = Field(default=120, ge=1, le=1_440)
    video_threads: int = Field(default=1, ge=1, le=64)

    backup_places: tuple[Path, ...] = ()
    backup_passphrase_file: Path | None = None
    scanner: str | None = None
    scanner_largest_bytes: int = Field(default=26_214_400, ge=1_000_000)
    scanner_seconds: float = Field(default=60, gt=0)
    file_store: Literal["folder", "s3", "cloudinary"] = "folder"
    s3_endpoint: str = "https://s3.amazonaws.com"
    s3_bucket: str = ""
    s3_region: str = "us-east-1"
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    s3_certificate_file: Path | None = None
    cloudinary_url: str = "https://api.cloudinary.com"
    cloudinary_cloud: str = ""
    cloudinary_api_key: SecretStr | None = None
    cloudinary_api_secret: SecretStr | None = None
    cloudinary_algorithm: Literal["sha1", "sha256"] = "sha1"

    mail_host: str | None = None
    mail_port: int = Field(default=587, ge=1, le=65_535)
    mail_security: Literal["starttls", "tls"] = "starttls"
    mail_username: str = ""
    mail_password: SecretStr | None = None
    mail_sender: str = ""
    mail_sender_name: str = ""
    mail_ca_file: Path | None = None
    mail_hosts: tuple[str, ...] = ()
    mail_per_day: int = Field(default=2_000, ge=0)
    mail_per_address_hour: int = Field(default=30, ge=1)
    sms_base_url: str = "https://api.africastalking.com/version1"
    sms_sandbox_base_url: str = "https://api.sandbox.africastalking.com/version1"
    sms_username: str = ""
    sms_api_key: SecretStr | None = None
    sms_sender: str = ""
    sms_interface: Literal["legacy", "bulk"] = "legacy"
    sms_ca_file: Path | None = None
    sms_per_day: int = Field(default=500, ge=0)
    sms_cost_per_day: int = Field(default=100, ge=0)
    sms_per_address_hour: int = Field(default=6, ge=1)

    public_url: str = ""
    test_payments: bool = False
    paystack_base_url: str = "https://api.paystack.co"
    paystack_ca_file: Path | None = None
    paystack_email: str = ""
    razorpay_base_url: str = "https://api.razorpay.com/v1"
    razorpay_ca_file: Path | None = None
    gateway_seconds: float = Field(default=30, gt=0, le=120)

    log_level: Literal["debug", "info", "warning", "error", "fatal"] = "info"
    log_file: Path | None = None
    log_max_bytes: int = Field(default=10_000_000, ge=10_000)
    log_files: int = Field(default=10, ge=1)
    metrics_token: SecretStr | None = None
    fault_report_url: SecretStr | None = None

    @field_validator("sms_base_url", "sms_sandbox_base_url", "paystack_base_url", "razorpay_base_url")
    @classmethod
    def _is_encrypted(cls, given: str) -> str:
        if not given.startswith(("https://", *_OWN_MACHINE)) or any(one in given for one in "@?#\\ "):
            message = "an address begins with https:// and has no sign-in, question or fragment in it"
            raise ValueError(message)
        return given.rstrip("/")

    @field_validator("files_cdn_url", "public_url")
    @classmethod
    def _is_cdn(cls, given: str) -> str:
        if given and (not given.startswith(("https://", *_OWN_MACHINE)) or any(one in given for one in "@?#\\ ")):
            message = "an address begins with https:// and has no sign-in, question or fragment in it"
            raise ValueError(message)
        return given.rstrip("/")

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None and not given.get_secret_value().startswith(_REDIS_SCHEMES):
            message = f"an address begins with one of {', '.join(_REDIS_SCHEMES)}"
            raise ValueError(message)
        return given

    @property
    def database(self) -> URL:
        """The address that the server works with: in an office the role that owns nothing."""
        given = self.database_url.get_secret_value() if self.database_url else ""
        return with_driver(given or f"sqlite:///{(self.data_dir / 'campusdesk.sqlite3').as_posix()}")

    @property
    def owner_database(self) -> URL:
        """The address that makes and changes tables."""
        given = self.database_owner_url.get_secret_value() if self.database_owner_url else ""
        return with_driver(given) if given else self.database

    @property
    def replica(self) -> URL | None:
        """The address of a copy that reports are read from."""
        given = self.replica_url.get_secret_value() if self.replica_url else ""
        return with_driver(given) if given else None

    @property
    def keys_path(self) -> Path:
        """Where the server's keys lie."""
        return self.keys_file or self.data_dir / "keys.json"

    @property
    def files_path(self) -> Path:
        """Where the files that people bring in lie; nothing serves this folder."""
        return self.files_dir or self.data_dir / "files"

    @property
    def backup_folders(self) -> tuple[Path, ...]:
        """The folders that backups may be written into; the first is the usual one."""
        return self.backup_places or (self.data_dir / "backups",)

    @property
    def thread_count(self) -> int:
        """Threads that run requests: as many as there are connections."""
        return self.threads or self.pool_size

    @property
    def limit_rules(self) -> tuple[LimitRule, ...]:
        """All limits; one that is given replaces the supplied one of the same path."""
        given = {rule.path: rule for rule in self.limits}
        return (*(rule for rule in DEFAULT_LIMITS if rule.path not in given), *given.values())


def with_driver(address: str) -> URL:
    """Return a database address with our driver in it; `postgres://` and `postgresql://` mean the same."""
    url = make_url(address)
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    return url


def load_settings(file: Path | None = None, given: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings: `given` counts most, then the environment, then the file.

    Without `file` it is `CAMPUSDESK_SETTINGS`, or `settings.toml` in the data folder where that exists. Raises
    CampusError `settings_invalid` with a sentence that names each setting at fault.
    """
    known = {name: value for name, value in (given or {}).items() if value is not None}
    wrong = mistyped(os.environ, PREFIX, Settings.model_fields)
    if wrong:
        raise _invalid(wrong)
    try:
        path = file or _named_file() or _usual_file(known)
        stored = {name: value for name, value in _read(path).items() if f"{PREFIX}{name}".upper() not in os.environ}
        return Settings(**{**stored, **known})
    except ValidationError as failure:
        raise _invalid(told_faults(failure.errors(), Settings.model_fields)) from None


def _invalid(faults: Mapping[str, str]) -> CampusError:
    names = ", ".join(sorted(faults))
    message = text("These settings can't be used: {names}. Check the file and the environment.", names=names)
    return CampusError("settings_invalid", message, {"faults": dict(faults)})


def _named_file() -> Path | None:
    named = os.environ.get(FILE_VARIABLE)
    return Path(named) if named else None


def _usual_file(given: Mapping[str, Any]) -> Path | None:
    folder = Path(given["data_dir"]) if "data_dir" in given else Settings().data_dir
    return folder / SETTINGS_FILE if (folder / SETTINGS_FILE).exists() else None


def _read(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as failure:
        message = text("The settings file {path} can't be read: {reason}.", path=path, reason=failure)
        raise CampusError("settings_invalid", message) from None
