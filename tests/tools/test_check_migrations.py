"""What would make the running version wait or break is seen, and its safe form passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from halfminute.kit.migration_files import MigrationFile, read_migration
from tools.check_migrations import FIRST_CHECKED, find_faults

REFUSED = {
    "alter table messages add column token uuid default gen_random_uuid()": "fill the rows",
    "alter table messages add column n int default 0, add m uuid default uuidv7()": "fill the rows",
    "alter table messages add column n bigserial": "generated",
    "alter table messages add n int generated always as (1 + 1) stored": "generated",
    "alter table messages add column name text not null": "give it a default",
    "alter table messages alter column name set not null": "reads every row",
    "alter table messages alter column name type varchar(9)": "another type",
    "alter table messages alter name set data type int": "another type",
    "alter table messages add constraint c check (n > 0)": "not valid",
    "alter table messages add constraint c foreign key (n) references a": "not valid",
    "alter table messages add unique (name)": "using index",
    "alter table messages add constraint c primary key (name)": "using index",
    "alter table messages rename column a to b": "by the old name",
    "alter table messages rename to letters": "by the old name",
    "alter table messages drop column name": "may use it",
    "alter table messages drop name": "may use it",
    "drop table messages": "may use it",
    "create index by_name on messages (name)": "concurrently",
    "create unique index by_name on messages (name)": "concurrently",
    "update messages set name = ''": "in batches",
    "delete from messages": "in batches",
    "lock table messages": "in batches",
    "truncate messages": "in batches",
    "-- Runs: in batches\nupdate messages set name = ''": "a limit",
    "-- Contracts: unused since 0026.\nalter table messages drop column name": "may use it",
}
ALLOWED = (
    "alter table messages add column name text",
    "alter table messages add column name text not null default ''",
    "alter table messages add column at timestamptz not null default now()",
    "alter table messages add column list bigint[] not null default '{}'",
    "alter table messages alter column name set default gen_random_uuid()",
    "alter table messages drop constraint c",
    "alter table messages alter column name drop not null",
    "alter table messages add constraint c check (n > 0) not valid",
    "alter table messages validate constraint c",
    "alter table messages add constraint c unique using index by_name",
    (
        "create table letters (id uuid primary key default gen_random_uuid(), n int not null);"
        "create index letters_by_n on letters (n); alter table letters add check (n > 0)"
    ),
    "-- Runs: concurrently\ncreate index concurrently by_name on messages (name);",
    (
        "-- Runs: in batches\nupdate messages set n = 1 where id in "
        "(select id from messages where n is null limit 9)"
    ),
    "-- Contracts: unused since 0019.\nalter table messages drop column name",
    "insert into settings values ('rename column; drop table messages')",
)


def files(directory: Path, *texts: str) -> list[MigrationFile]:
    made = []
    for number, text in enumerate(texts, FIRST_CHECKED):
        place = directory / f"{number:04}_one.sql"
        place.write_text(text, encoding="utf-8")
        made.append(read_migration(place))
    return made


@pytest.mark.parametrize("text", REFUSED)
def test_what_locks_long_or_breaks_is_seen(tmp_path: Path, text: str) -> None:
    [fault] = find_faults(files(tmp_path, text))
    assert REFUSED[text] in fault
    assert fault.startswith("migrations/0025_one.sql: ")


@pytest.mark.parametrize("text", ALLOWED)
def test_its_safe_form_passes(tmp_path: Path, text: str) -> None:
    assert list(find_faults(files(tmp_path, text))) == []


def test_not_null_after_its_check_was_validated(tmp_path: Path) -> None:
    add = "alter table messages add constraint c check (name is not null) not valid"
    validate = "alter table messages validate constraint c"
    settle = "alter table messages alter column name set not null"

    assert list(find_faults(files(tmp_path, add, validate, settle))) == []
    assert len(list(find_faults(files(tmp_path, add, settle)))) == 1
    other = add.replace("name is", "place is")
    assert len(list(find_faults(files(tmp_path, other, validate, settle)))) == 1


def test_those_that_were_applied_before_anybody_ran_it_are_left_alone(tmp_path: Path) -> None:
    place = tmp_path / f"{FIRST_CHECKED - 1:04}_old.sql"
    place.write_text("drop table messages", encoding="utf-8")
    assert list(find_faults([read_migration(place)])) == []
