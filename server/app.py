"""Builds the server from its settings: the only place that does."""

import gc
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.concurrency import run_in_threadpool

from server.areas import AREAS
from server.assembly import KEEPERS, MOVES, PERSONAL, assemble
from server.core.answer_cache import AnswerCache
from server.core.area import Job
from server.core.auth import Auth
from server.core.batch_routes import batch_router
from server.core.conflict_routes import conflict_router
from server.core.context import Context
from server.core.database import Database
from server.core.direct_upkeep import JOB as DIRECT_UPLOADS
from server.core.edge import Edge
from server.core.errors import install_error_answers
from server.core.fault_reports import reporting
from server.core.file_previews import JOB as FILE_PREVIEWS
from server.core.file_routes import file_routers
from server.core.film_making import JOB as FILM_COPIES
from server.core.film_making import missing_programs
from server.core.health import health_router
from server.core.job_routes import job_router
from server.core.jobs import Jobs
from server.core.keys import load_keys
from server.core.language import Languages
from server.core.limits import Limiter, SharedLimiter
from server.core.metrics import Metrics, counted_lines, metrics_router
from server.core.office_routes import office_router
from server.core.openapi import PATH, install_description, open_paths
from server.core.passwords import PasswordProcess
from server.core.redis_link import RedisLink
from server.core.replica import Reports, open_replica
from server.core.server_epoch import ServerEpoch
from server.core.settings import Settings
from server.core.submission import Submission
from server.core.sync_routes import sync_router
from server.core.system_clock import SystemClock
from server.core.tokens import Tokens
from server.migrations.backup_job import JOB as BACKUPS
from server.migrations.running import schema_fault
from server.people import sign_in_lookup
from server.people.sample_routes import sample_router
from shared.core.actor import Actor
from shared.core.clock import Clock

_GENERATIONS = (50_000, 20, 50)


def own_version() -> str:
    """Return this program's version."""
    try:
        return version("campusdesk")
    except PackageNotFoundError:
        return "0.0.0"  # run from a folder without being installed


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    random_bits: Callable[[int], int] = secrets.randbits,
    database: Database | None = None,
) -> FastAPI:
    """Return the application; its `state.context` holds the parts. It doesn't reach for the database by itself.

    `clock`, `random_bits` and `database` are given by the simulator and by tests. Raises CampusError `not_set_up`.
    """
    context = build_context(settings, clock or SystemClock(), random_bits, database)
    app = FastAPI(
        title="Campusdesk",
        description="Runs a training institute. Times are UTC in ISO 8601, ids are UUIDs in lower case.",
        version=own_version(),
        openapi_url=PATH,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(context),
    )
    app.state.context = context
    _include(app, context)
    install_error_answers(app)
    install_description(app)
    _wrap(app, context)
    return app


def _include(app: FastAPI, context: Context) -> None:
    """Give the application the routes of the core, then those of each area, lowest first.

    Routes go in as they are: to include a router would build each of its routes a second time at its first request.
    """
    for router in _routers(app, context):
        app.router.routes.extend(router.routes)


def _routers(app: FastAPI, context: Context) -> Iterator[APIRouter]:
    yield health_router(
        app.version,
        context.clock,
        context.database,
        context.epoch,
        lambda: schema_fault(context.database.engine),
        lambda: missing_programs(context.settings),
    )
    if context.metrics is not None:
        yield metrics_router(context.metrics, context.settings.metrics_token)
    yield office_router(context.settings.data_dir)
    yield sample_router(context.database)
    yield sync_router(context.auth, context.exchange)
    for area in AREAS:
        yield from area.routers(context) if area.routers else ()
    yield from file_routers(context, AREAS)
    submission = Submission(context.door, context.clock, context.new_id)
    yield conflict_router(context.auth, context.database, submission, context.exchange.hidden)
    yield job_router(context)
    yield batch_router(app)


def build_context(
    settings: Settings,
    clock: Clock,
    random_bits: Callable[[int], int] = secrets.randbits,
    database: Database | None = None,
) -> Context:
    """Return the parts that the application and the commands work with."""
    keys = load_keys(settings.keys_path)
    metrics = Metrics(clock.monotonic) if settings.metrics_token else None
    database = database or _database(settings, metrics)
    tokens = Tokens(keys, clock, settings.access_token_minutes, settings.lease_days)

    def lease(actor: Actor, device_id: str) -> str:
        return tokens.lease(actor.organisation_id, actor.person_id, device_id)

    parts = assemble(database, clock, random_bits, lease, keys)
    redis = RedisLink(settings.redis_url.get_secret_value(), clock.monotonic) if settings.redis_url else None
    return Context(
        settings=settings,
        clock=clock,
        new_id=parts.new_id,
        database=database,
        keys=keys,
        tokens=tokens,
        passwords=PasswordProcess(keys.pepper, settings.password_cost, settings.password_queue),
        book=parts.access,
        auth=Auth(database, tokens, parts.access, sign_in_lookup.look_up),
        door=parts.door,
        exchange=parts.exchange,
        epoch=ServerEpoch(database, clock.monotonic),
        reports=Reports(database, _replica(settings), clock.monotonic),
        answers=AnswerCache(link=redis),
        redis=redis,
        metrics=metrics,
        **_of_areas(),
    )


def _of_areas() -> dict[str, Any]:
    """Return what the areas give to the context."""
    return {
        "deliverer": next((area.post for area in AREAS if area.post is not None), None),
        "papers": {word: make for area in AREAS for word, make in area.papers.items()},
        "personal": PERSONAL,
        "keeps_person": KEEPERS,
        "moves_person": MOVES,
        "retention": tuple(one for area in AREAS for one in area.retention),
        "rolls_over": tuple(area.rolls_over for area in AREAS if area.rolls_over is not None),
        "film_unread": tuple(area.film_unread for area in AREAS if area.film_unread is not None),
    }


def _database(settings: Settings, metrics: Metrics | None) -> Database:
    url = settings.database.render_as_string(hide_password=False)
    if metrics is None:
        return Database(url, settings.pool_size)
    return Database(url, settings.pool_size, metrics.transaction)


def _replica(settings: Settings) -> Database | None:
    address = settings.replica
    return open_replica(address.render_as_string(hide_password=False), settings.pool_size) if address else None


def _wrap(app: FastAPI, context: Context) -> None:
    settings = context.settings
    limiter = Limiter(settings.limit_rules, context.clock.monotonic)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PATCH", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"],
        )
    app.add_middleware(
        Edge,
        limiter=SharedLimiter(limiter, context.redis) if context.redis else limiter,
        claims=context.auth.claims,
        monotonic=context.clock.monotonic,
        languages=Languages(),
        max_body_bytes=settings.max_body_bytes,
        max_body_bytes_for=settings.max_body_bytes_for,
        is_open=open_paths(app),
        metrics=context.metrics,
    )


def _lifespan(context: Context) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = context.settings.thread_count
        jobs = [Jobs([job for job in all_jobs() if job.slow is slow], context) for slow in (False, True)]
        for each in jobs:
            each.start()
        with counted_lines(context.metrics), reporting(context.settings, context.clock, own_version()):
            yield
        context.stopping.set()
        for each in jobs:
            await run_in_threadpool(each.stop)
        if context.redis is not None:
            await context.redis.close()
        await run_in_threadpool(context.close)

    return lifespan


def all_jobs() -> list[Job]:
    """Return the jobs of all areas, the lowest area's first, those of files, and that of backups, which holds all."""
    return [*(job for area in AREAS for job in area.jobs), FILE_PREVIEWS, DIRECT_UPLOADS, BACKUPS, FILM_COPIES]


def settle_garbage() -> None:
    """Take what was built so far out of the collector's sight, and let it run seldom: it would stop every request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GENERATIONS)
