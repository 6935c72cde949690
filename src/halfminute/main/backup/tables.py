"""The SQL of backups: it knows tables by their names in the catalogue only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

EXPORT_SNAPSHOT: Final = "select pg_export_snapshot()"

APPLIED_MIGRATIONS: Final = "select name from schema_migrations"

# A partition's rows are counted with its parent's. `counting` is the statement that counts them.
LIST_TABLES: Final = """
select format('%I.%I', n.nspname, c.relname) as name,
       format('select count(*) from %I.%I', n.nspname, c.relname) as counting
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'
   and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
 order by 1
"""

# Whether somebody has made anything here; what belongs to an extension does not count.
IS_EMPTY: Final = """
select not exists (
    select from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
       and not exists (select from pg_depend d
                        where d.classid = 'pg_class'::regclass and d.objid = c.oid
                          and d.deptype = 'e'))
"""

FIND_MARK: Final = """
select obj_description(to_regclass('schema_migrations'), 'pg_class')
"""

ANALYSE: Final = "analyze"

BEGIN: Final = "begin"
COMMIT: Final = "commit"
# A dump's script leaves the session without one.
RESET_SEARCH_PATH: Final = "reset search_path"


def mark(words: str) -> str:
    """Says in the database where it came from; without quotes."""
    return f"comment on table schema_migrations is '{words}'"


def check_counts(row_counts: Mapping[str, int]) -> str:
    """Fails, naming the table, unless all have as many rows as they should."""
    expected = msgspec.json.encode(row_counts).decode().replace("'", "''")
    return f"""
do $check$
declare
    expected record;
    found bigint;
begin
    for expected in select * from jsonb_each_text('{expected}'::jsonb) as t(name, rows) loop
        execute format('select count(*) from %s', expected.name::regclass) into found;
        if found <> expected.rows::bigint then
            raise exception '% has % rows, and the manifest says %',
                expected.name, found, expected.rows;
        end if;
    end loop;
end $check$"""
