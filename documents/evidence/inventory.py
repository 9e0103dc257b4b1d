"""Knows the inventory sheet: every secret of the day with its facts, in the names of that day."""

from __future__ import annotations

from documents.evidence.collecting import Ground
from documents.evidence.sheet import Sheet, day
from inventory.models import Consumer, Secret

COLUMNS = (
    *("name", "type", "owner", "backup_owner", "team", "status", "standing", "last_rotated_on", "next_rotation_on"),
    *("why_this_date", "interval_days", "interval_is", "interval_reason", "waived_until", "waived_reason", "purpose"),
    *("opens", "used_by", "store_path", "provider_url", "runbook_url"),
)
PHONES = ("owner_phone", "backup_owner_phone")
PRINTED = (
    *("name", "type", "owner", "backup_owner", "team", "status", "standing", "last_rotated_on", "next_rotation_on"),
)


def sheet(ground: Ground) -> Sheet:
    """Return the inventory."""
    used_by = _consumers(ground)
    phones = PHONES if ground.wish.with_phones else ()
    return Sheet(
        name="inventory",
        title="Inventory",
        note="Every secret of the register on that day, retired ones too. Standing is judged on that day.",
        columns=(*COLUMNS, *phones),
        rows=[_row(secret, used_by.get(secret.pk, ""), ground) for secret in ground.secrets],
        covered=len(ground.secrets),
        of=len(ground.everything),
        noun="secrets",
        printed=(*PRINTED, *phones),
    )


def _row(secret: Secret, used_by: str, ground: Ground) -> list[str]:
    owner, backup, team, kind = secret.owner, secret.backup_owner, secret.effective_team, secret.type
    own = secret.rotation_interval_days is not None
    row = [
        secret.name,
        kind.name if kind else "",
        _person(owner),
        _person(backup),
        team.name if team else "",
        secret.status,
        secret.standing(ground.wish.as_of) or "",
        day(secret.last_rotated_on),
        day(secret.next_rotation_on),
        secret.next_rotation_reason,
        str(secret.interval_days or ""),
        "" if secret.interval_days is None else "its own" if own else "the type's",
        secret.interval_reason if own else kind.interval_reason if kind else "",
        day(secret.waived_until),
        secret.waived_reason,
        secret.purpose,
        secret.opens,
        used_by,
        secret.store_path,
        secret.provider_url,
        secret.effective_runbook_url,
    ]
    return [*row, *(person.phone if person else "" for person in (owner, backup))] if ground.wish.with_phones else row


def _person(person: object) -> str:
    """Return the name of an owner, and that they had left."""
    if person is None:
        return ""
    return f"{person}" if getattr(person, "is_active", True) else f"{person} (has left)"


def _consumers(ground: Ground) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for key, name in ground.past.history(Consumer).order_by("name", "id").values_list("secret_id", "name"):
        found.setdefault(key, []).append(name)
    return {key: ", ".join(names) for key, names in found.items()}
