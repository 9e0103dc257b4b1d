"""What people write when they review: why they object, and what the author says to it."""

from __future__ import annotations

from django import forms

from audit.forms import GuardedForm


class ObjectionForm(GuardedForm):
    """Why somebody objects."""

    comment = forms.CharField(
        label="What is wrong",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Its author reads this. Never the value of a secret.",
        error_messages={"required": "Say what is wrong with this change."},
    )


class AnswerForm(GuardedForm):
    """What the author says to an objection."""

    comment = forms.CharField(
        label="Your answer",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why the change is right as it is, or what you did about it. Never the value of a secret.",
        error_messages={"required": "Say why the change is right as it is."},
    )
