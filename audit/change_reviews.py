"""What became of change sets: reviews by somebody else, answers to objections, and the queue of what still waits."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audit.append_only import AppendOnly
from audit.change_sets import ChangeSet


class ChangeReview(AppendOnly):
    """What somebody of the security team said of a change set that is not theirs; a later row counts before this one.

    `author` is the actor of the change set, so that the database alone can tell that nobody reviews their own.
    """

    class Verdict(models.TextChoices):
        """What was said."""

        REVIEWED = "reviewed", "Reviewed"
        OBJECTED = "objected", "Objected"

    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="reviews", db_index=False)
    author = models.ForeignKey(
        "audit.User", on_delete=models.PROTECT, null=True, blank=True, related_name="reviews_received"
    )
    author_name = models.CharField(max_length=300, blank=True)
    reviewer = models.ForeignKey("audit.User", on_delete=models.PROTECT, related_name="reviews_given", db_index=False)
    reviewer_name = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)
    verdict = models.CharField(max_length=8, choices=Verdict)
    comment = models.TextField(blank=True)

    class Meta:
        verbose_name = "review of a change"
        verbose_name_plural = "reviews of changes"
        constraints = [
            models.CheckConstraint(
                condition=Q(author__isnull=True) | ~Q(reviewer=F("author")),
                name="nobody reviews their own change",
                violation_error_message="This change is yours: somebody else of the security team reviews it.",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="objected") | ~Q(comment=""),
                name="an objection has a reason",
                violation_error_message="Say what is wrong with this change.",
            ),
        ]
        indexes = [
            models.Index(fields=["change_set", "-id"], name="review_of_change_set"),
            models.Index(fields=["reviewer", "change_set"], name="review_by_reviewer"),
        ]

    def __str__(self) -> str:
        return f"{self.change_set}: {self.get_verdict_display().lower()} by {self.reviewer_name}"


class ChangeAnswer(AppendOnly):
    """What was done about an objection: it was answered with words, or the change was taken back by another one."""

    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="answers")
    objection = models.ForeignKey(ChangeReview, on_delete=models.PROTECT, related_name="answers")
    author = models.ForeignKey("audit.User", on_delete=models.PROTECT, related_name="answers_given")
    author_name = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)
    taken_back_by = models.ForeignKey(
        ChangeSet, on_delete=models.PROTECT, null=True, blank=True, related_name="takes_back"
    )
    comment = models.TextField(blank=True)

    class Meta:
        verbose_name = "answer to an objection"
        verbose_name_plural = "answers to objections"
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_back_by__isnull=False) | ~Q(comment=""),
                name="an answer has words or a change",
                violation_error_message="Say why the change is right as it is.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change_set}: answered by {self.author_name}"


class WaitingReview(models.Model):
    """A change set that is not settled yet; derived from its reviews and answers, so not tracked."""

    class State(models.TextChoices):
        """Whom it waits for."""

        NEW = "new", "Waits for review"
        ANSWERED = "answered", "Answered, waits for review"
        OBJECTED = "objected", "Waits for its author"

    change_set = models.OneToOneField(ChangeSet, on_delete=models.CASCADE, primary_key=True, related_name="waiting")
    author = models.ForeignKey("audit.User", on_delete=models.CASCADE, null=True, related_name="waiting_reviews")
    at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    objection = models.ForeignKey(ChangeReview, on_delete=models.CASCADE, null=True, related_name="waiting")

    def __str__(self) -> str:
        return f"{self.change_set}: {self.get_state_display().lower()}"


# The states in which it is the security team's turn.
TO_REVIEW = (WaitingReview.State.NEW, WaitingReview.State.ANSWERED)


class ChangeMark(models.Model):
    """Something that is noted of a change set when it is recorded, so that it can be found; derived, so not tracked."""

    class Kind(models.TextChoices):
        """What is noted."""

        PRODUCTION = "production", "Touches production"
        OWNERSHIP = "ownership", "Ownership"
        ROTATION = "rotation", "Rotation"
        WEAKENS = "weakens", "Weakens control"

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="marks", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    # Which way it weakens control: one of audit.weakening.Weakening; "" for the other kinds.
    way = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change_set", "kind", "way"], name="a mark stands once"),
        ]
        indexes = [models.Index(fields=["kind", "change_set"], name="change_mark_by_kind")]

    def __str__(self) -> str:
        return f"{self.change_set}: {self.get_kind_display().lower()}"


def await_review(change_set: ChangeSet) -> None:
    """Put `change_set` into the queue of what waits; one query, also where it waits already."""
    waiting = WaitingReview(change_set=change_set, author_id=change_set.actor_id, at=change_set.at)
    WaitingReview.objects.bulk_create([waiting], ignore_conflicts=True)
