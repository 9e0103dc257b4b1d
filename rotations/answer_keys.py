"""Makes and reads the key in a message that lets its person ask for quiet; it opens nothing else, and not for ever."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from audit.policies import may_see_register
from rotations.models import ReminderMessage

SALT = "rotations.answers"
VALID = timedelta(days=31)


def answer_key(message: ReminderMessage) -> str:
    """Return the signed key of `message` and its person."""
    return signing.dumps([message.pk, message.person_id], salt=SALT)


def message_by_key(key: str) -> ReminderMessage | None:
    """Return the message of a key that was signed here in the last 31 days, for a person who may still be told."""
    try:
        message, person = signing.loads(key, salt=SALT, max_age=VALID)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = ReminderMessage.objects.filter(pk=message, person_id=person, person__is_active=True)
    known = found.select_related("person__account").first()
    account = known.person.account if known is not None else None
    return known if account is None or may_see_register(account) else None
