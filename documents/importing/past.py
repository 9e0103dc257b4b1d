"""Takes over what was rotated before: days in the inventory, and secrets of complete rotations, each told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from audit.models import User
from documents.importing.secrets import Dated, Inventory
from documents.importing.sheet import Sheet
from documents.markdown.facts import RotationRow
from documents.register import Register
from inventory.models import Secret
from rotations.imported import COLUMNS, SECRET_COLUMNS, take_over
from rotations.models import Rotation, RotationItem

_REASON = "Last rotation as the imported document says"


@dataclass(frozen=True, slots=True)
class _Told:
    """A secret that a complete rotation covers."""

    rotation: Rotation
    secret: Secret
    on: date
    line: int


class Past:
    """Collects days first, then writes their items in the order of time: a day in the inventory wins."""

    def __init__(
        self, register: Register, sheet: Sheet, inventory: Inventory, *, by: User | None, at: datetime
    ) -> None:
        self.sheet, self.by, self.at = sheet, by, at
        self.told: list[_Told] = []
        self.completing: dict[int, tuple[Rotation, date, int]] = {}
        self.dated: dict[int, Dated] = {}  # by id() of the secret
        self.inventory = inventory
        self._known = {
            (item.secret.pk, item.rotated_on) for items in register.items.values() for item in items if item.rotated_on
        }
        self._with_items = set(register.items)

    def add(self, rotation: Rotation, secrets: Sequence[Secret], row: RotationRow) -> None:
        """Note that `secrets` were rotated in a complete rotation of the document."""
        if row.on is not None:
            self.told += [_Told(rotation, secret, row.on, row.line) for secret in secrets]

    def complete(self, rotation: Rotation, secrets: Sequence[Secret], row: RotationRow) -> None:
        """Note that a rotation of the register is complete: its open items, else the secrets of its words."""
        if rotation.pk in self._with_items and row.on is not None:
            self.completing[rotation.pk] = (rotation, row.on, row.line)
        else:
            self.add(rotation, secrets, row)

    def settle(self) -> None:
        """Write the items of rotations, then one imported rotation for each environment and day left."""
        self.dated = {id(dated.secret): dated for dated in self.inventory.dated}
        items = [(RotationItem(rotation=one.rotation, secret=one.secret), one.on, one.line) for one in self.told]
        for item, on, line in sorted([*items, *self._open_items()], key=lambda told: told[1]):
            self._take(item, on, line)
        left: dict[tuple[str, date], Rotation] = {}
        for dated in self.inventory.dated:
            last_on = dated.row.last_on
            if dated.is_news and last_on is not None and self._is_later(dated, last_on):
                rotation = self._rotation(left, dated, last_on)
                item = RotationItem(rotation=rotation, secret=dated.secret)
                self._write(item, last_on, dated.row.line, moves_date=True)

    def _open_items(self) -> list[tuple[RotationItem, date, int]]:
        if not self.completing:
            return []
        chosen = RotationItem.objects.filter(rotation__in=self.completing, outcome=RotationItem.Outcome.OPEN)
        secrets = {secret.pk: secret for secret in self.inventory.by_name.values()}
        found = []
        for item in chosen.order_by("pk"):
            rotation, on, line = self.completing[item.rotation_id]
            item.secret, item.rotation = secrets[item.secret_id], rotation
            found.append((item, on, line))
        return found

    def _take(self, item: RotationItem, on: date, line: int) -> None:
        secret = item.secret
        dated = self.dated.get(id(secret))
        in_inventory = dated.row.last_on if dated is not None else None
        if (secret.pk, on) in self._known:
            return
        if in_inventory is not None and on > in_inventory:
            text = f"The inventory says that {secret} was last rotated on {in_inventory}; that day is taken."
            self.sheet.findings.note(line, text)
            return
        is_later = secret.last_rotated_on is None or on > secret.last_rotated_on
        is_meant = in_inventory is None or (dated is not None and dated.is_news and on == in_inventory)
        self._write(item, on, line, moves_date=is_later and is_meant)

    def _is_later(self, dated: Dated, on: date) -> bool:
        last = dated.secret.last_rotated_on
        if last is not None and on < last:
            text = f"{dated.row.name}: the register knows a later rotation ({last}); its dates stay."
            self.sheet.findings.note(dated.row.line, text)
        return last is None or on > last

    def _rotation(self, left: dict[tuple[str, date], Rotation], dated: Dated, on: date) -> Rotation:
        key = (dated.secret.environment_id, on)
        if key not in left:
            left[key] = Rotation(
                kind=Rotation.Kind.IMPORTED,
                state=Rotation.State.COMPLETE,
                environment=dated.secret.environment,
                completed_on=on,
                reason=_REASON,
            )
            self.sheet.add(left[key], dated.row.line)
        return left[key]

    def _write(self, item: RotationItem, on: date, line: int, *, moves_date: bool) -> None:
        secret = item.secret
        befores = {name: getattr(item, name) for name in COLUMNS}
        dates = {name: getattr(secret, name) for name in SECRET_COLUMNS}
        take_over(item, on=on, by=self.by, at=self.at, moves_date=moves_date)
        if item._state.adding:
            self.sheet.add(item, line)
        for name, before in befores.items():
            self.sheet.tell(item, name, before, line, silent=True)
        for name, before in dates.items():
            self.sheet.tell(secret, name, before, line, silent=name == "next_rotation_reason")
