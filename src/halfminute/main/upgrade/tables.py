"""The SQL of an upgrade: it knows the catalogue alone."""

from __future__ import annotations

from typing import Final

LIST_DATABASES: Final = """
select datname as name, datcollate as locale
  from pg_database where datallowconn and datname <> 'template1' order by 1
"""

LIST_EXTENSIONS: Final = "select extname as name from pg_extension where extname <> 'plpgsql'"

# Of everybody but PostgreSQL itself and the superuser.
LIST_ROLES: Final = """
select rolname as name from pg_roles where rolname !~ '^pg_' and rolname <> current_user order by 1
"""

LAYOUT: Final = """
select (select setting::bigint from pg_settings where name = 'wal_segment_size') as segment_bytes,
       (select setting = 'on' from pg_settings where name = 'data_checksums') as has_checksums
"""

# What has rows or is an index, and whether it may be used; `is_valid` is of an index.
LIST_RELATIONS: Final = """
select format('%I.%I %s', n.nspname, c.relname, c.relkind) as name,
       coalesce(i.indisvalid, true) as is_valid
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join pg_index i on i.indexrelid = c.oid
 where c.relkind in ('r', 'p', 'i', 'I', 'S', 'v', 'm') and c.relpersistence = 'p'
   and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
 order by 1
"""

EXPORT_SNAPSHOT: Final = "select pg_export_snapshot()"

BEGIN: Final = "begin"
COMMIT: Final = "commit"
RESET_SEARCH_PATH: Final = "reset search_path"
