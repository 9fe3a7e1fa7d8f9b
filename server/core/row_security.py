"""PostgreSQL's row-level security: each table's policies, the owner's narrow functions, and what a start checks.

A table with `organisation_id` shows and takes rows of the organisation in `campusdesk.organisation`, which a
transaction sets for itself (`server.core.database`). Being forced, it binds the tables' owner too; who moves, restores
or migrates everything says so with `see_everything`, which is worth something to the owner alone.
"""

from typing import Any

from sqlalchemy import Connection, text

from shared.core import text as words
from shared.core.errors import CampusError

SETTING = "campusdesk.organisation"
EVERYTHING = "campusdesk.all_organisations"
OWN_ROWS, OWNER_ROWS = "own_organisation", "owner_everything"
"""The two policies of each table."""
ROOT = "organisation"
FUNCTIONS = ("campusdesk_organisations()", "campusdesk_device_organisations(text)")
"""What the server's role may ask across organisations: public columns, and where a device is known."""
_HERE = f"nullif(current_setting('{SETTING}', true), '')"
_EVERYTHING = f"current_setting('{EVERYTHING}', true) = 'yes'"
_DIRECTORY = f"""
CREATE OR REPLACE FUNCTION public.campusdesk_organisations()
RETURNS TABLE (id text, slug text, name text, time_zone text, calling_code text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM set_config('{EVERYTHING}', 'yes', true);
  RETURN QUERY SELECT o.id::text, o.slug::text, o.name::text, o.time_zone::text, o.calling_code::text
    FROM public.organisation o ORDER BY o.slug;
  PERFORM set_config('{EVERYTHING}', '', true);
END $$
"""
_DEVICES = f"""
CREATE OR REPLACE FUNCTION public.campusdesk_device_organisations(wanted text) RETURNS TABLE (organisation_id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM set_config('{EVERYTHING}', 'yes', true);
  RETURN QUERY SELECT d.organisation_id::text FROM public.device d WHERE d.id = wanted;
  PERFORM set_config('{EVERYTHING}', '', true);
END $$
"""
# A table of ours is one that has an organisation_id, and the organisations themselves.
_TABLES = """
SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND (c.relname = 'organisation' OR EXISTS (
SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped))
ORDER BY 1
"""
_UNPROTECTED = """
SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relname IN ({tables}) AND NOT (c.relrowsecurity AND c.relforcerowsecurity
AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'own_organisation'
AND p.polpermissive AND p.polcmd = '*' AND p.polwithcheck IS NOT NULL)
AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid
AND p.polname NOT IN ('own_organisation', 'owner_everything')))
UNION ALL SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND (c.relkind = 'm' OR c.relkind = 'v'
AND NOT coalesce(c.reloptions @> ARRAY['security_invoker=true'], false))
ORDER BY 1
"""
_IS_BOUND = "SELECT to_regprocedure('public.campusdesk_organisations()')"
_ROLE = """
SELECT r.rolsuper, r.rolbypassrls, EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm')
AND pg_has_role(current_user, c.relowner, 'MEMBER')) FROM pg_roles r WHERE r.rolname = current_user
"""
_FOREIGN = """
SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles r ON r.rolname = current_user WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
AND c.relrowsecurity AND NOT pg_has_role(current_user, c.relowner, 'USAGE') AND NOT r.rolsuper AND NOT r.rolbypassrls)
"""


def isolate(connection: Any, *tables: str) -> None:
    """Bind tables of organisations to their organisation.

    Every run of migrations ends with it for the tables that it made (`isolate_new`), so that none can be forgotten.
    Does nothing on SQLite, which knows no such thing; there `Db` alone stands before the rows. Calling it again does
    no harm.
    """
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        column = "id" if table == ROOT else "organisation_id"
        same = f"{column} = {_HERE}"
        owners = f"USING ({_EVERYTHING}) WITH CHECK ({_EVERYTHING})"
        for statement in (
            f'ALTER TABLE public."{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE public."{table}" FORCE ROW LEVEL SECURITY',
            f'DROP POLICY IF EXISTS {OWN_ROWS} ON public."{table}"',
            f'DROP POLICY IF EXISTS {OWNER_ROWS} ON public."{table}"',
            f'CREATE POLICY {OWN_ROWS} ON public."{table}" USING ({same}) WITH CHECK ({same})',
            f'CREATE POLICY {OWNER_ROWS} ON public."{table}" TO CURRENT_USER {owners}',
        ):
            connection.execute(text(statement))


def open_again(connection: Any, *tables: str) -> None:
    """Take back what `isolate` did, for a migration that goes back."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        connection.execute(text(f'DROP POLICY IF EXISTS {OWN_ROWS} ON public."{table}"'))
        connection.execute(text(f'DROP POLICY IF EXISTS {OWNER_ROWS} ON public."{table}"'))
        connection.execute(text(f'ALTER TABLE public."{table}" NO FORCE ROW LEVEL SECURITY'))
        connection.execute(text(f'ALTER TABLE public."{table}" DISABLE ROW LEVEL SECURITY'))


def isolate_all(connection: Any) -> None:
    """Bind every table that has an `organisation_id`, and make the owner's functions."""
    if connection.dialect.name != "postgresql":
        return
    isolate(connection, *organisation_tables(connection))
    make_functions(connection)


def isolate_new(connection: Any) -> None:
    """Bind what isn't bound yet, in a database that has come as far as row-level security."""
    if connection.dialect.name == "postgresql" and connection.execute(text(_IS_BOUND)).scalar() is not None:
        isolate(connection, *(set(unprotected(connection)) & set(organisation_tables(connection))))


def make_functions(connection: Any) -> None:
    """Make the functions through which a role that is in no organisation finds the one it belongs to."""
    if connection.dialect.name != "postgresql":
        return
    connection.execute(text(_DIRECTORY))
    connection.execute(text(_DEVICES))


def drop_functions(connection: Any) -> None:
    """Take the functions away."""
    if connection.dialect.name != "postgresql":
        return
    for function in FUNCTIONS:
        connection.execute(text(f"DROP FUNCTION IF EXISTS public.{function}"))


def grant_functions(connection: Any, quoted_role: str) -> None:
    """Let the server's role, and nobody else, call the functions; those that aren't made yet are left out."""
    for function in FUNCTIONS:
        if connection.execute(text("SELECT to_regprocedure(:name)"), {"name": f"public.{function}"}).scalar() is None:
            continue
        connection.execute(text(f"REVOKE ALL ON FUNCTION public.{function} FROM PUBLIC"))
        connection.execute(text(f"GRANT EXECUTE ON FUNCTION public.{function} TO {quoted_role}"))


def organisation_tables(connection: Connection) -> list[str]:
    """Return the names of the tables that must be bound; none on SQLite."""
    if connection.dialect.name != "postgresql":
        return []
    return [str(row[0]) for row in connection.execute(text(_TABLES))]


def unprotected(connection: Connection) -> list[str]:
    """Return the tables and views that would show one organisation's rows to another."""
    tables = organisation_tables(connection)
    if not tables:
        return []
    names = ", ".join(f"'{name}'" for name in tables)
    return [str(row[0]) for row in connection.execute(text(_UNPROTECTED.format(tables=names)))]


def see_everything(connection: Connection) -> None:
    """Let the tables' owner see and change the rows of all organisations until this transaction ends.

    Raises CampusError `database_owner_needed` where another role asks: it would see nothing, and copy that.
    """
    if connection.dialect.name != "postgresql":
        return
    if connection.execute(text(_FOREIGN)).scalar_one():
        message = words.text("Only the role that owns the tables can do this. Name it in database_owner_url.")
        raise CampusError("database_owner_needed", message)
    connection.execute(text(f"SELECT set_config('{EVERYTHING}', 'yes', true)"))


def be_in(connection: Connection, organisation_id: str) -> None:
    """See one organisation's rows until this transaction ends, over SQLAlchemy's own connection."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT set_config('{SETTING}', :id, true)"), {"id": organisation_id})


def role_fault(connection: Connection) -> CampusError | None:
    """Say why the server mustn't work as this role, or None: nothing of PostgreSQL's would bind it."""
    if connection.dialect.name != "postgresql":
        return None
    superuser, bypasses, owns = connection.execute(text(_ROLE)).one()
    if superuser or bypasses or owns:
        message = words.text(
            "The server may not work as the role {role}: it could read across institutes. Make a role that owns"
            " nothing, name it in database_url and the tables' owner in database_owner_url, and run migrate.",
            role=str(connection.engine.url.username),
        )
        return CampusError("database_role_too_strong", message, {"superuser": superuser, "owner": owns})
    open_to_all = unprotected(connection)
    if open_to_all:
        message = words.text("These tables aren't bound to their institute: {names}. Run campusdesk-server migrate.",
                             names=", ".join(open_to_all))  # fmt: skip
        return CampusError("database_not_ready", message, {"tables": open_to_all})
    return None
