"""Fills an empty register with the sample, and says how to sign in; what was entered since stays."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from audit.models import User
from documents.sample_register import ACCOUNTS, PASSWORD, fill


class Command(BaseCommand):
    """Fill the sample register, once."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This makes accounts whose passwords everybody knows. Set DEMO=yes where nobody minds.")
        with transaction.atomic():
            if not User.objects.exists():
                self.stdout.write("Filling the sample register …")
                fill(today=timezone.localdate())
        self.stdout.write(f"\nThe sample register of {settings.PLATFORM_NAME}: {settings.SITE_URL}\n\n")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.username:<10} {PASSWORD}   {account.what}")
        self.stdout.write("\nStop it with Ctrl-C. What you enter stays.\n")
