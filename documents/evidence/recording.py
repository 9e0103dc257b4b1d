"""The one place where packs are made and downloaded, and where it is recorded that they were."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audit.models import User
from audit.validators import refuse_values
from documents.evidence.packing import Kept, Pack, packed
from documents.evidence.wish import Wish
from documents.models import EvidencePack
from documents.policies import may_make_evidence


def make_pack(wish: Wish, *, by: User, at: datetime, through: str, reason: str = "") -> tuple[Pack, EvidencePack]:
    """Make the pack, and record that `by` made it `through` a door of `EvidencePack.Through`.

    Raises PermissionDenied where `by` may not, and ValidationError where `wish` cannot be known on the day of `at`.
    """
    if not may_make_evidence(by):
        raise PermissionDenied("Only security and auditors make evidence packs.")
    wish.check(today=timezone.localtime(at).date())
    refuse_values(reason)
    pack = packed(wish)
    return pack, _recorded(pack, wish, by, at, through, reason)


def download_again(made: EvidencePack, *, by: User, at: datetime, through: str) -> Pack:
    """Return the bytes of `made` again, and record that `by` took them.

    Raises PermissionDenied as `make_pack` does, and ValidationError with code "different" where other bytes come out:
    another version of the register writes them, or a value was removed from history. Then nothing is recorded.
    """
    if not may_make_evidence(by):
        raise PermissionDenied("Only security and auditors take evidence packs away.")
    wish = Wish(made.as_of, made.first_on, made.last_on, made.environment, made.with_phones)
    pack = packed(wish, kept=Kept(made.cut, made.chain_head, made.at))
    if pack.sha256 != made.sha256:
        words = "This pack would come out differently now. Make it anew to take it away."
        raise ValidationError(words, code="different")
    _recorded(pack, wish, by, at, through, "", again=made)
    return pack


def _recorded(
    pack: Pack, wish: Wish, by: User, at: datetime, through: str, reason: str, again: EvidencePack | None = None
) -> EvidencePack:
    purpose = EvidencePack.Purpose.MADE if again is None else EvidencePack.Purpose.DOWNLOADED
    return EvidencePack.objects.create(
        purpose=purpose,
        again=again,
        by=by,
        by_name=by.name,
        at=at,
        through=through,
        reason=reason.strip(),
        as_of=wish.as_of,
        first_on=wish.first_on,
        last_on=wish.last_on,
        environment=wish.environment,
        with_phones=wish.with_phones,
        filter_words=pack.filter_words,
        file_name=pack.file_name,
        size=len(pack.data),
        sha256=pack.sha256,
        counts=pack.counts,
        cut=pack.cut,
        chain_head=pack.chain_head,
    )
