"""Takes from a document the codes and names of environments and services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from documents.importing.people import UnclearError
from documents.importing.sheet import Sheet, in_order
from documents.markdown.facts import CodeRow, Document, Kind, Row
from documents.markdown.words import common_name
from documents.register import Register
from inventory.models import Environment, Service


class Codes:
    """The environments and services of the register and those the document adds."""

    def __init__(self, register: Register, sheet: Sheet, document: Document, baseline: Document) -> None:
        self.register, self.sheet, self.document, self.baseline = register, sheet, document, baseline
        self.environments = {place.code: place for place in register.environments}
        self.services = {service.code: service for service in register.services}
        self._told: set[Row] = {row for _, row in baseline.rows(Kind.ENVIRONMENTS, Kind.SERVICES)}

    def take_codes(self) -> None:
        """Take the names of environments and services, in their order."""
        named = [(self._environment(row), row.line) for row in self._rows(Kind.ENVIRONMENTS)]
        self._order(Kind.ENVIRONMENTS, self.register.environments, named)
        codes = [(self._service(row), row.line) for row in self._rows(Kind.SERVICES)]
        self._order(Kind.SERVICES, self.register.services, codes)

    def environment(self, code: str, name: str, line: int) -> Environment:
        """Return the environment of a code, adding it; raises UnclearError where its code or name cannot be taken."""
        place = self.environments.get(code)
        if place is None:
            self._accept(Environment, code, name, line)
            if any(name.lower() == other.name.lower() for other in self.environments.values()):
                raise UnclearError(f"Another environment is called {name}. Give {code} a name of its own.")
            last = max((other.position for other in self.environments.values()), default=0)
            place = self.environments[code] = Environment(code=code, name=name, position=last + 1)
            self.sheet.add(place, line)
        return place

    def service(self, code: str, name: str, line: int) -> Service:
        """Return the service of a code, adding it; raises UnclearError where its code or name cannot be taken."""
        service = self.services.get(code)
        if service is None:
            self._accept(Service, code, name, line)
            last = max((other.position for other in self.services.values()), default=0)
            service = self.services[code] = Service(code=code, name=name, position=last + 1)
            self.sheet.add(service, line)
        return service

    def _environment(self, row: CodeRow) -> Environment | None:
        place = self.environments.get(row.label)
        if place is None and row in self._told:
            return None
        if place is None:
            try:
                return self.environment(row.label, row.name or common_name(row.label), row.line)
            except UnclearError as error:
                self.sheet.findings.problem(row.line, str(error))
                return None
        if row.name and row not in self._told and not self._is_taken(row.name, place):
            self.sheet.put(place, "name", row.name, row.line)
        return place

    def _is_taken(self, name: str, place: Environment) -> bool:
        return any(name.lower() == other.name.lower() for other in self.environments.values() if other is not place)

    def _service(self, row: CodeRow) -> Service | None:
        service = self.services.get(row.label)
        if service is None and row in self._told:
            return None
        if service is None:
            try:
                return self.service(row.label, row.name, row.line)
            except UnclearError as error:
                self.sheet.findings.problem(row.line, str(error))
                return None
        if row.name and row not in self._told:
            self.sheet.put(service, "name", row.name, row.line)
        return service

    def _order(self, kind: Kind, known: Sequence[Any], named: Sequence[tuple[Any, int]]) -> None:
        found = [(row, line) for row, line in named if row is not None]
        said, told = self.document.labels(kind), self.baseline.labels(kind)
        in_order(self.sheet, known, found, said=said, told=told)

    def _rows(self, kind: Kind) -> Iterator[CodeRow]:
        return (row for _, row in self.document.rows(kind) if isinstance(row, CodeRow))

    def _accept(self, model: type[Environment] | type[Service], code: str, name: str, line: int) -> None:
        if not self.sheet.accepts(model, "code", code, line) or not self.sheet.accepts(model, "name", name, line):
            raise UnclearError(f"{code} cannot be added as it is written here.")
