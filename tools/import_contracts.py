"""Two contracts that import-linter lacks: a pure package, and modules private to their feature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class Pure(Contract):
    """`sources` import nothing but each other and the modules that `allowed` names."""

    sources = fields.ListField(subfield=fields.StringField())
    allowed = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        breaches = sorted(self._find_breaches(graph))
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["breaches"]:
            output.print_error(f"{importer} must be pure, and imports {imported}")

    def _find_breaches(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        sources = cast("list[str]", self.sources)
        inside = tuple(f"{source}." for source in sources)
        permitted = set(cast("list[str]", self.allowed))
        for importer in _modules_within(graph, sources):
            for imported in graph.find_modules_directly_imported_by(importer):
                is_inside = f"{imported}.".startswith(inside)
                if not is_inside and imported.split(".")[0] not in permitted:
                    yield importer, imported


class Private(Contract):
    """A module whose last name is in `names` is imported only from within its own package.

    A package of that name counts with all that it holds.
    """

    names = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        breaches = sorted(self._find_breaches(graph))
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["breaches"]:
            output.print_error(f"{imported} is private to its feature, and {importer} imports it")

    def _find_breaches(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        names = set(cast("list[str]", self.names))
        for imported in graph.modules:
            owner = _owner_of_private(imported, names)
            if owner is None:
                continue
            for importer in graph.find_modules_that_directly_import(imported):
                if not f"{importer}.".startswith(f"{owner}."):
                    yield importer, imported


def _owner_of_private(module: str, names: set[str]) -> str | None:
    parts = module.split(".")
    for index, part in enumerate(parts):
        if part in names:
            return ".".join(parts[:index])
    return None


def _modules_within(graph: ImportGraph, packages: list[str]) -> Iterator[str]:
    for package in packages:
        yield package
        yield from graph.find_descendants(package)
