"""Knows what somebody brings to be imported: pasted text or a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from audit.no_value_form import NoValueForm

MOST_BYTES = 10 * 1024 * 1024


class ImportForm(NoValueForm):
    """A document to import; the reader guards its text line by line, so that the rest can be shown again."""

    text = forms.CharField(
        label="Paste the document",
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "mono"}),
        help_text="Markdown as it is, with its tables: | Secret Name | Owner | Type | …",
    )
    file = forms.FileField(label="Or choose a file", required=False, help_text="A Markdown file in UTF-8.")
    leave_out = forms.BooleanField(label="Leave out the rows with problems", required=False)
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def full_clean(self) -> None:
        """Clean as usual; what was pasted beside an error is not shown again, for nobody has looked at it."""
        super().full_clean()
        if self.is_bound and self.errors:
            self.data = {**self.data.dict(), "text": ""} if isinstance(self.data, QueryDict) else {}

    def clean(self) -> dict[str, Any]:
        """Put a file in the place of the text."""
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload:
            if upload.size > MOST_BYTES:
                raise forms.ValidationError("The file is larger than 10 MB. Import it with the command.", code="large")
            try:
                cleaned["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise forms.ValidationError("The file is no text in UTF-8. Save it as UTF-8.", code="utf8") from None
        if not self.errors and not cleaned.get("text", "").strip():
            raise forms.ValidationError("Paste the document, or choose a file.", code="empty")
        return cleaned
