"""The evidence of one rotation."""

from __future__ import annotations

import csv

from django.test import Client

from audit.models import User
from rotations.models import Rotation
from tests.rotations.pages import said, today


def test_evidence_of_a_rotation_holds_every_secret_and_step(as_owner: Client, rotation: Rotation) -> None:
    page, item = rotation.get_absolute_url(), rotation.items.order_by("secret__name")[0]
    sent = {"ids": item.secret_id, "on": "today", "confirm": "yes", "rotation": rotation.pk, "evidence": "=OPS-12"}
    said(as_owner, "/rotations/record/", next=page, **sent)

    lines = list(csv.reader(as_owner.get(f"{page}evidence.csv").content.decode().splitlines()))

    rows = [dict(zip(lines[0], line, strict=False)) for line in lines[1:]]
    facts = {row["name"]: row for row in rows if row["what"] == "rotation"}
    assert [facts[name]["outcome"] for name in ("state", "led by", "old values that still work")] == [
        "In progress",
        str(rotation.owner or ""),
        "1",
    ]
    secrets = [row for row in rows if row["what"] == "secret"]
    assert [(row["name"], row["outcome"], row["on"], row["old_value"]) for row in secrets] == [
        ("prod/stripe/a", "rotated", str(today()), "still works"),
        ("prod/stripe/b", "open", "", ""),
        ("prod/stripe/c", "open", "", ""),
    ]
    steps = [(row["what"], row["outcome"]) for row in rows[len(facts) + len(secrets) : -1]]
    assert (secrets[0]["evidence"], steps) == (
        "'=OPS-12",
        [("step", "open"), ("rotate", "1 of 3"), ("step", "open"), ("verify", "0 of 1"), ("clean_up", "open")],
    )
    assert ": in progress, 1 of 3 secrets rotated. As of " in lines[-1][0]
    assert "Head of the ledger: " in lines[-1][0]


def test_evidence_says_who_ended_a_rotation_and_why(as_security: Client, security: User, rotation: Rotation) -> None:
    said(as_security, f"{rotation.get_absolute_url()}cancel/", reason="The vendor closed")

    lines = list(
        csv.DictReader(as_security.get(f"{rotation.get_absolute_url()}evidence.csv").content.decode().splitlines())
    )

    [state] = [line for line in lines if (line["what"], line["name"]) == ("rotation", "state")]
    assert (state["outcome"], state["by"], state["note"]) == ("Cancelled", security.name, "The vendor closed")
    assert state["recorded_at"].startswith(str(today()))
