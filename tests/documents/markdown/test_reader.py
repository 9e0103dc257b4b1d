from datetime import date

import pytest

from documents.markdown.facts import ContactRow, Kind, ReminderRow, RotationRow, SecretRow, StepRow, TypeRow, Who
from documents.markdown.reader import read
from tests.documents.acts import table

ROW = "`prod/stripe/key` | Ada Byron | @ada | API Key | 2026-05-04 | 2026-08-02 | Active"
ADA = SecretRow(
    "prod/stripe/key", Who("Ada Byron", "ada"), Who(), "API Key", date(2026, 5, 4), date(2026, 8, 2), "Active"
)

NO_NAME = "The name is not {environment}/{service}/{credential_type} in small letters, such as prod/stripe/secret_key."


def rows(text, *kinds):
    return [row for _, row in read(text).document.rows(*(kinds or tuple(Kind)))]


def problems(text):
    return [(problem.line, problem.text) for problem in read(text).document.problems]


def notes(text):
    return [(note.line, note.text) for note in read(text).document.notes]


def test_a_row_is_read_with_its_line():
    (row,) = rows(table(ROW))

    assert row == ADA
    assert row.line == 7


@pytest.mark.parametrize(
    "text",
    [
        table(ROW).replace("\n", "\r\n"),
        "\ufeff" + table(ROW),
        table(
            ROW.replace("Active", "Active | x"),
            heading="Secret Name | Owner | Slack | Type | Last Rotation | Next Rotation | Status | Colour",
        ),
        table(
            "Active | 2026-08-02 | 2026-05-04 | API Key | @ada | Ada Byron | prod/stripe/key",
            heading="State | Next due | Last rotated | Kind | Slack handle | Primary owner | Secret",
        ),
        table(ROW.replace("2026-05-04", "4 May 2026").replace("2026-08-02", "Aug 2nd, 2026")),
        table(ROW.replace("Ada Byron", "**Ada** Byron").replace("@ada", "ada")),
    ],
    ids=["CRLF", "BOM", "extra column", "synonyms in another order", "dates in words", "marks"],
)
def test_documents_differ_and_are_read_alike(text):
    assert rows(text, Kind.INVENTORY) == [ADA]


def test_columns_without_a_place_and_synonyms_are_noted():
    text = table("prod/a/b | Ada | red", heading="Secret | Owner | Colour")

    assert notes(text) == [
        (5, "The column “Colour” has no place in the register and is left out."),
        (5, "The column “Secret” is read as “Secret Name”."),
    ]


def test_a_backup_column_and_the_slack_column_behind_it_belong_together():
    text = table("prod/a/b | Ada | @ada | Bo | @bo", heading="Secret Name | Owner | Slack | Backup | Slack")

    assert rows(text) == [SecretRow("prod/a/b", Who("Ada", "ada"), Who("Bo", "bo"))]


@pytest.mark.parametrize("gap", ["[TBD]", "TBD", "[Name]", "", "-", "—", "n/a", "@[TBD]", "@slack-handle", "[phone]"])
def test_gaps_are_nobody(gap):
    assert rows(table(f"prod/a/b | {gap} | {gap} | {gap} | {gap} | {gap} | {gap}")) == [SecretRow("prod/a/b")]


def test_gaps_are_named_with_their_line():
    gaps = read(table("prod/a/b | [TBD] | @[TBD] | API Key | [TBD] | 2026-08-02 | Active")).document.gaps

    assert [(gap.line, gap.text) for gap in gaps] == [
        (7, "prod/a/b has no owner, no Slack handle and no last rotation.")
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            ROW.replace("2026-05-04", "07/08/2026"),
            "prod/stripe/key: This date may be two different days. Write it as 2026-07-14: year, month, day.",
        ),
        (
            ROW.replace("prod/stripe/key", "Stripe key"),
            NO_NAME,
        ),
        (ROW.replace("prod/", "staging/"), "staging/stripe/key stands under “Production Secrets”, which is for prod."),
        (ROW + " | more", "This row has 8 cells, its heading has 7. Write | in a cell as \\|."),
    ],
    ids=["date", "name", "environment", "cells"],
)
def test_problems_have_their_line_and_leave_the_other_rows(row, problem):
    text = table(row, ROW.replace("stripe/key", "other/key"), ROW.replace("stripe/key", "staging/key"))

    assert problems(text) == [(7, problem)]
    assert [one.name for one in rows(text)] == ["prod/other/key", "prod/staging/key"]


def test_a_secret_in_two_rows_with_the_same_facts_is_noted():
    text = table(ROW, ROW)

    assert notes(text) == [(8, "prod/stripe/key stands in line 7 already, with the same facts.")]
    assert rows(text) == [ADA]


def test_a_secret_in_two_rows_with_other_facts_is_a_problem_and_neither_is_taken():
    text = table(ROW, ROW.replace("Ada", "Bo"))

    assert problems(text) == [(8, "prod/stripe/key stands in line 7 already, with other facts.")]
    assert rows(text) == []


def test_a_table_that_cannot_be_read_is_a_problem():
    text = table(ROW).replace("|---|---|---|---|---|---|---|", "|---|---|")

    assert problems(text) == [
        (5, "This table cannot be read: the line under its heading must be | --- | with as many cells.")
    ]


def test_a_cell_that_looks_like_a_value_is_told_by_line_and_rule_and_not_shown_again():
    value = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    reading = read(table(ROW.replace("API Key", value)) + f"\nUse {value} for tests.\n")

    assert [(one.line, value in one.text, "stripe-secret-key" in one.text) for one in reading.document.problems] == [
        (7, False, True),
        (9, False, True),
    ]
    assert value not in reading.text
    assert value not in repr(reading.document.parts)


def test_a_text_that_was_taken_out_stays_a_problem():
    reading = read(table(ROW.replace("API Key", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc")))

    assert [problem.line for problem in read(reading.text).document.problems] == [7]


def test_a_private_key_over_several_lines_is_refused_as_a_whole():
    key = "\n".join(["-----BEGIN PRIVATE KEY-----", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "-----END PRIVATE KEY-----"])
    reading = read(f"# A\n\nBefore.\n\n{key}\n")

    assert reading.document.problems != ()
    assert "MIIEvQ" not in reading.text
    assert "MIIEvQ" not in repr(reading.document.parts)


def test_types_contacts_steps_and_reminders_are_read_from_their_lists():
    text = """# Secrets
## Secret Types & Requirements
### API Keys
- **Rotation**: Every 90 days
- **Owner**: Lead
- **Provider**: [TBD]
- **Format**: Begins with `sk_`
## Primary Contacts
- **Security Lead**: Ada Byron (@ada) - +49 30 1234567
- **CTO**: [Name] (@slack-handle) - [phone]
## Escalation Path
1. Primary owner
2. CTO
## Recurring Reminders
- **90-day rotation**: Every quarter
- **30-day warning**: Plan
- **Post-rotation**: Clean up
"""

    assert rows(text) == [
        TypeRow("API Keys", "Every 90 days", "Lead", "", "Begins with `sk_`"),
        ContactRow("Security Lead", Who("Ada Byron", "ada"), "+49 30 1234567"),
        ContactRow("CTO"),
        StepRow("Primary owner"),
        StepRow("CTO"),
        ReminderRow("90-day rotation", None, "Every quarter"),
        ReminderRow("30-day warning", 30, "Plan"),
        ReminderRow("Post-rotation", -1, "Clean up"),
    ]


def rotations_table(heading, secrets):
    marks = f"| Date | Environment | {secrets} | Owner | Status |\n|---|---|---|---|---|"
    return f"## {heading}\n\n{marks}\n| 2026-07-01 | Production | all | Ada | ✅ Complete |\n\n"


def test_rotations_are_told_apart_by_heading_and_columns():
    tables = (("Past rotations", "Secrets"), ("Rotations", "Secrets Rotated"), ("Next", "Secrets"))
    document = read("".join(rotations_table(*one) for one in tables)).document

    row = RotationRow(date(2026, 7, 1), "Production", Who("Ada"), "all", "✅ Complete")
    assert [(part.kind, one) for part, one in document.rows(*Kind)] == [
        (Kind.HISTORY, row),
        (Kind.HISTORY, row),
        (Kind.UPCOMING, row),
    ]


def test_prose_and_unknown_sections_are_kept_verbatim_in_their_place():
    code = "```\n# no heading\n| a | b |\n```\n- x\n  - y"
    text = f"# A\n\nOne *line*.\n\n## Break glass\n{code}\n\n## B\n\n| Colour |\n|---|\n| red |\n"
    document = read(text).document

    assert [(part.kind, part.level, part.heading, part.body) for part in document.parts] == [
        (Kind.PROSE, 1, "A", "One *line*."),
        (Kind.PROSE, 2, "Break glass", code),
        (Kind.PROSE, 2, "B", "| Colour |\n|---|\n| red |"),
    ]
    assert [note.text for note in document.notes] == [
        "The section “Break glass” is kept as text.",
        "This table holds nothing the register knows; it is kept as text.",
    ]


def test_the_environment_of_a_table_is_that_of_its_heading_else_of_its_names():
    text = table(ROW).replace("### Production Secrets", "### Live")
    bare = table(ROW).replace("### Production Secrets", "### Everything")
    mixed = table(ROW, ROW.replace("prod/", "dev/")).replace("### Production Secrets", "### Everything")

    places = [next(part.environment for part in read(one).document.parts if part.rows) for one in (text, bare, mixed)]

    assert places == ["prod", "prod", ""]
