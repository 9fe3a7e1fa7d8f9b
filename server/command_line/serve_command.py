"""`serve`: waits for the database, takes the port, and runs the server until it is told to stop."""

import argparse
import errno
import json
import os
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import uvicorn
from fastapi import FastAPI
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import DBAPIError
from uvicorn.supervisors import Multiprocess

from server.app import create_app, settle_garbage
from server.command_line.database_check import check_database, check_role
from server.command_line.setup_commands import own_names
from server.command_line.terminal import complain, say, say_json
from server.core.http_protocol import OfficeProtocol
from server.core.keys import load_keys
from server.core.logs import start_logs
from server.core.metrics import begin_counting_together
from server.core.office_certificate import (
    OfficeFiles,
    fingerprint,
    office_files,
    read_authority,
    renew_leaf,
    server_context,
)
from server.core.own_names import is_loopback
from server.core.served_certificate import renew_office_certificate, renewing_context, served_files
from server.core.settings import FILE_VARIABLE, Settings, load_settings
from server.core.system_clock import SystemClock
from server.migrations.running import migrate
from shared.core.errors import CampusError
from shared.core.text import text

_BACKLOG = 2_048
_KEEP_ALIVE_SECONDS = 65
# A busy machine takes its time to load a process; one that is killed for that is never ready.
_SLOW_START_SECONDS = 120
_LOADED = "CAMPUSDESK_SERVING"


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the parser."""
    serve = commands.add_parser("serve", parents=[shared], help="run the server")
    serve.add_argument("--host", help="the address to listen at (0.0.0.0)")
    serve.add_argument("--port", type=int, help="the port to listen at; 0 takes any free one")
    serve.add_argument("--workers", type=int, help="processes; one for each core, with PostgreSQL")
    serve.add_argument("--plain-http", action="store_true", default=None, help="without TLS; on this machine alone")
    serve.add_argument("--wait", type=int, metavar="SECONDS", help="how long to wait for the database (60)")
    serve.add_argument("--migrate", action="store_true", help="bring the tables to this version first")
    serve.add_argument("--log-level", choices=("debug", "info", "warning", "error", "fatal"))
    serve.add_argument("--log-file")
    serve.set_defaults(run=run_serve)


def run_serve(options: argparse.Namespace, settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; requests under way are finished first."""
    load_keys(settings.keys_path)
    files = _certificate(settings)
    _await_database(settings, settings.wait_for_database_seconds if options.wait is None else options.wait)
    if options.migrate:
        migrate(settings.owner_database, settings.database)
    check_database(settings)
    check_role(settings)
    if settings.workers > 1 and settings.database.get_backend_name() == "sqlite":
        raise CampusError("workers_refused", text("SQLite takes one process. Use PostgreSQL for more."))
    listener = _take_port(settings)
    told = _told(settings, listener, files)
    if options.settings is not None:
        os.environ[FILE_VARIABLE] = str(options.settings)
    if settings.metrics_token is not None and settings.workers > 1:
        begin_counting_together(settings.data_dir / "metrics")
    os.environ[_LOADED] = json.dumps(settings_words(settings))
    config = _config(settings, None if settings.plain_http else TlsFactory(settings_words(settings)))
    if settings.workers > 1:
        _AnnouncingProcesses(config, listener, lambda: _say_ready(options, told)).run()
        return 0
    server = _Announcing(config, lambda: _say_ready(options, told))
    server.run(sockets=[listener])
    return 0 if server.started else 1


@dataclass(frozen=True)
class TlsFactory:
    """Makes the TLS context in each process: a context itself can't be handed to another one."""

    settings: dict[str, Any]

    def __call__(self, _config: uvicorn.Config, _usual: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        """Return the context, which renews the office's certificate by itself."""
        settings, clock = load_settings(given=self.settings), SystemClock()
        renew = partial(renew_office_certificate, settings)
        return renewing_context(served_files(settings), clock.monotonic, lambda: renew(clock.now()))


class _Announcing(uvicorn.Server):
    """Says that it is ready once it listens, and not before."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()


class _AnnouncingProcesses(Multiprocess):
    """Several processes on one port; says that they are ready once all of them listen."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, announce: Callable[[], None]) -> None:
        super().__init__(config, sockets=[listener])
        self._announce = announce

    def init_processes(self) -> None:
        super().init_processes()
        if all(process.wait_until_ready(_SLOW_START_SECONDS, self.should_exit) for process in self.processes):
            self._announce()


def app_of_process() -> FastAPI:
    """Return the application of this process, with its log and its garbage collector set."""
    settings = load_settings(given=json.loads(os.environ[_LOADED]))
    start_logs(settings, SystemClock())
    app = create_app(settings)
    settle_garbage()
    return app


def settings_words(settings: Settings) -> dict[str, Any]:
    """Return the settings in a form that each process reads again; secrets stay in the environment or the file."""
    secrets = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    words: dict[str, Any] = settings.model_dump(mode="json", exclude=secrets, exclude_unset=True)
    return words


def _config(settings: Settings, tls: TlsFactory | None) -> uvicorn.Config:
    return uvicorn.Config(
        "server.command_line.serve_command:app_of_process",
        factory=True,
        workers=settings.workers,
        http=OfficeProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.graceful_stop_seconds,
        timeout_worker_healthcheck=_SLOW_START_SECONDS,
        ssl_context_factory=tls,
    )


def _certificate(settings: Settings) -> OfficeFiles | None:
    if settings.plain_http:
        if not is_loopback(settings.host):
            message = text("Without TLS the server listens on this machine alone. Use --host 127.0.0.1, or TLS.")
            raise CampusError("plain_http_refused", message)
        return None
    if settings.certificate_file is not None:
        server_context(served_files(settings))
        return None
    files = office_files(settings.data_dir)
    renew_leaf(files, own_names(settings), SystemClock().now())
    return files


def _await_database(settings: Settings, seconds: int) -> None:
    """Wait until the database answers, and say so meanwhile."""
    pause, waited = threading.Event(), 0
    while True:
        failure = _database_failure(settings)
        if failure is None:
            return
        if waited >= seconds:
            message = text("The database can't be reached: {reason}", reason=failure)
            raise CampusError("database_away", message)
        if waited == 0:
            complain(text("The database can't be reached yet. Trying again for {n} seconds.", n=seconds))
        pause.wait(1)
        waited += 1


def _database_failure(settings: Settings) -> str | None:
    engine = create_engine(settings.database, poolclass=NullPool)
    try:
        engine.connect().close()
    except DBAPIError as failure:
        return str(failure.orig).strip()
    finally:
        engine.dispose()
    return None


def _take_port(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    # On Windows this option would let two servers share one port; elsewhere it only lets a restart follow at once.
    if os.name != "nt":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(_BACKLOG)
    except OSError as failure:
        listener.close()
        if failure.errno in (errno.EADDRINUSE, errno.EACCES, getattr(errno, "WSAEADDRINUSE", -1)):
            message = text(
                "Port {port} is taken by another program, or not allowed. Stop that program, or choose another --port.",
                port=settings.port,
            )
            raise CampusError("port_taken", message, {"port": settings.port}) from None
        message = text("The server can't listen at {host}: {reason}", host=settings.host, reason=failure.strerror)
        raise CampusError("address_unusable", message) from None
    listener.set_inheritable(True)
    return listener


def _told(settings: Settings, listener: socket.socket, files: OfficeFiles | None) -> dict[str, Any]:
    port = listener.getsockname()[1]
    host = "localhost" if settings.host in {"", "0.0.0.0", "::"} else settings.host  # noqa: S104 - what was asked for
    host = f"[{host}]" if ":" in host else host
    scheme = "http" if settings.plain_http else "https"
    shown = fingerprint(read_authority(files)) if files else None
    return {"address": f"{scheme}://{host}:{port}", "port": port, "fingerprint": shown}


def _say_ready(options: argparse.Namespace, told: dict[str, Any]) -> None:
    if options.json:
        say_json({"ready": True, **told})
        return
    say(text("Campusdesk answers at {address}. Stop it with Ctrl C.", address=told["address"]))
    if told["fingerprint"]:
        say(text("Fingerprint: {words}", words=told["fingerprint"]))
