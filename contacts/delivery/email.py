"""Sends e-mail through the server of EMAIL_URL, as text and HTML, and for calendar programs where there is a part."""

from __future__ import annotations

import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.core.validators import validate_email

from contacts.delivery.outcome import Message, Outcome

PERMANENT = 500  # from here on a server's answer means that another try is of no use


def send(message: Message, address: str) -> Outcome:
    """Send `message` to one address, and return what became of it.

    The Message-ID is made of the message's identity, so that a mail program shows what came twice once.
    """
    try:
        validate_email(address)
        _mail(message, address).send()
    except (BadHeaderError, ValidationError, UnicodeError):
        return Outcome.never("The e-mail address cannot be used.")
    except smtplib.SMTPRecipientsRefused as error:
        return _answered(max((code for code, _ in error.recipients.values()), default=PERMANENT), "address")
    except smtplib.SMTPAuthenticationError as error:
        return Outcome.later(f"The mail server refuses the register's password ({error.smtp_code}).", everybody=True)
    except smtplib.SMTPSenderRefused as error:
        return Outcome.later(f"The mail server refuses the address of MAIL_FROM ({error.smtp_code}).", everybody=True)
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
        return Outcome.later(f"The mail server turns the register away ({error.smtp_code}).", everybody=True)
    except smtplib.SMTPResponseException as error:
        return _answered(error.smtp_code, "message")
    except (smtplib.SMTPException, OSError) as error:
        return Outcome.later(f"The mail server cannot be reached ({type(error).__name__}).", everybody=True)
    return Outcome.delivered()


def _mail(message: Message, address: str) -> EmailMultiAlternatives:
    host = urlsplit(settings.SITE_URL).hostname
    headers = {"Message-ID": f"<{message.identity}@{host}>", "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(" ".join(message.subject.split()), message.text, to=[address], headers=headers)
    mail.attach_alternative(message.html, "text/html")
    if message.calendar is not None:
        # The last alternative: programs that understand it offer it, the others show the text.
        kind = f"text/calendar; method={message.calendar.method}"
        mail.attach_alternative(message.calendar.content.decode(), kind)
    return mail


def _answered(code: int, what: str) -> Outcome:
    if code >= PERMANENT:
        return Outcome.never(f"The mail server refuses the {what} ({code}).")
    return Outcome.later(f"The mail server takes the {what} later ({code}).")
