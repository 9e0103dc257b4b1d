from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from documents.markdown import inline
from documents.markdown.facts import (
    CodeRow,
    ContactRow,
    Kind,
    Part,
    ReminderRow,
    RotationRow,
    SecretRow,
    StepRow,
    TeamRow,
    TypeRow,
    Who,
)
from documents.markdown.reader import read
from documents.markdown.writer import write
from tests.documents.markdown.hostile import codes, handles, lines, texts

days = st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))
optional = st.just("") | texts
people = st.builds(Who, name=optional, handle=st.just("") | handles)
environments = ["prod", "staging"]
secrets = st.builds(
    SecretRow,
    name=st.builds("prod/{}/{}".format, codes, codes),
    owner=people,
    backup_owner=people,
    type=optional,
    last_on=days,
    next_on=days,
    status=optional,
)
rotations = st.builds(
    RotationRow,
    on=days,
    environment=optional,
    owner=people.filter(lambda who: who.name or not who.handle),
    secrets=optional,
    status=texts,
    notes=optional,
)


def labelled(row, **fields):
    return st.lists(st.builds(row, label=texts, **fields), min_size=1, max_size=3, unique_by=lambda one: one.label)


def part(kind, heading, rows):
    return st.builds(lambda rows: Part(kind, 2, heading, rows=tuple(rows)), rows)


live_parts = st.tuples(
    st.lists(secrets, max_size=4, unique_by=lambda row: row.name).map(
        lambda rows: Part(Kind.INVENTORY, 2, "Production Secrets", rows=tuple(rows), environment="prod")
    ),
    part(Kind.UPCOMING, "Upcoming Rotations", st.lists(rotations, max_size=3)),
    part(Kind.HISTORY, "Rotation History", st.lists(rotations, max_size=3)),
    part(Kind.TEAMS, "Team Assignments", labelled(TeamRow, team=optional)),
    part(Kind.CONTACTS, "Primary Contacts", labelled(ContactRow, who=people, phone=optional)),
    part(Kind.ESCALATION, "Escalation Path", st.lists(st.builds(StepRow, texts), min_size=1, max_size=3)),
)


def read_own(text):
    """Read what the register wrote itself: the guard judged its texts one by one when they came in."""
    return read(text, known_lines=frozenset(text.split("\n"))).document


def facts(parts):
    return [(one.kind, one.level, one.heading, one.rows) for one in parts]


@given(texts)
def test_written_text_reads_back(text):
    assert inline.read(inline.written(text)).value == text


@given(live_parts)
def test_rows_with_hostile_text_read_back(parts):
    document = read_own(write(parts))

    assert facts(document.parts) == facts(parts)
    assert document.problems == ()


@given(st.lists(lines.filter(lambda text: text == text.strip()), min_size=1, max_size=4), live_parts)
def test_prose_with_hostile_text_leaves_the_rest_of_the_document_as_it_was(bodies, parts):
    prose = [Part(level=2, heading="About", body=body) for body in bodies]
    mixed = [piece for pair in zip(parts, prose, strict=False) for piece in pair] + [Part(level=2, heading="End")]

    written = write(mixed)
    document = read_own(written)

    assert facts(one for one in document.parts if one.rows) == facts(one for one in mixed if one.rows)
    assert write(document.parts) == written


def test_every_kind_of_list_reads_back():
    parts = (
        Part(level=2, heading="Secret Types"),
        Part(Kind.TYPE, 3, "API Keys", rows=(TypeRow("API Keys", "Every 90 days", "Team", "", "Begins with `sk_`"),)),
        Part(Kind.ENVIRONMENTS, 2, "Environment Codes", rows=(CodeRow("prod", "Production"), CodeRow("dev", ""))),
        Part(Kind.SERVICES, 2, "Service Codes", rows=(CodeRow("stripe", "Stripe | payments"),)),
        Part(Kind.REMINDERS, 2, "Reminders", rows=(ReminderRow("30-day warning", 30, "Plan"),)),
    )

    assert facts(read(write(parts)).document.parts) == facts(parts)


def test_lists_are_written_with_label_and_text():
    rows = (ContactRow("Security Lead", Who("Ada Byron", "ada"), "+49 30 1234567"), ContactRow("CTO"))

    written = write([Part(Kind.CONTACTS, 3, "Primary Contacts", is_tight=True, rows=rows)])

    assert written == (
        "### Primary Contacts\n"
        "- **Security Lead**: Ada Byron (@ada) - +49 30 1234567\n"
        "- **CTO**: [Name] (@slack-handle) - [phone]\n"
    )


def test_a_line_of_a_list_the_register_does_not_keep_stays_in_its_place():
    text = "## Types\n\n### API Keys\n- **Rotated by**: hand\n- **Owner**: Team A\n  - more\n"

    written = write(read(text).document.parts)

    assert written == text


def test_the_backup_columns_are_written_where_somebody_has_a_backup_owner():
    row = SecretRow("prod/a/b", Who("Ada"), Who("Bo", "bo"), "API Key", date(2026, 1, 2), None, "Active")

    written = write([Part(Kind.INVENTORY, rows=(row,))])

    assert written.split("\n")[2] == (
        "| `prod/a/b` | Ada | @[TBD] | Bo | @bo | API Key | 2026-01-02 | [TBD] | Active |"
    )
