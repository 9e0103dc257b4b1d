import pytest
from django.core.management import CommandError, call_command

from audit.models import ChangeSet
from documents.exporting import document
from inventory.models import Secret
from tests.documents.acts import table
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ROW = "`prod/stripe/key` | Ada Byron | @ada | API Key | 2026-05-04 | 2026-08-02 | Active"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "secrets.md"
    path.write_text(table(ROW, ROW.replace("key", "other")), encoding="utf-8")
    return path


def run(*words, capsys):
    call_command("import_document", *map(str, words))
    return capsys.readouterr().out


def test_import_makes_one_change_set_of_its_actor(path, security, capsys):
    out = run(path, "--as", "sam", capsys=capsys)

    change_set = ChangeSet.objects.get(source="import")
    assert (change_set.actor, change_set.reason) == (security, "Import of a document")
    assert Secret.objects.count() == 2
    assert out.endswith("Imported.\n")


def test_a_dry_run_tells_and_writes_nothing(path, security, capsys):
    out = run(path, "--as", "sam", "--dry-run", capsys=capsys)

    assert "  line 7: prod/stripe/key\n" in out
    assert out.endswith("Nothing was written: this was a dry run.\n")
    assert Secret.objects.count() == 0


def test_problems_stop_the_import_unless_they_are_left_out(path, security, capsys):
    path.write_text(
        path.read_text().replace("other` | Ada Byron | @ada | API Key | 2026-05-04", "other` | | | | 07/08/2026")
    )

    with pytest.raises(CommandError, match=r"^Nothing was imported\."):
        run(path, "--as", "sam", capsys=capsys)
    assert Secret.objects.count() == 0
    assert "  line 8: prod/stripe/other: This date may be two different days." in capsys.readouterr().out

    run(path, "--as", "sam", "--leave-out-problems", capsys=capsys)
    assert [str(secret) for secret in Secret.objects.all()] == ["prod/stripe/key"]


@pytest.mark.parametrize("role", ["owner", "auditor"])
def test_only_security_imports(path, role, capsys):
    make_user(username="somebody", roles=(role,))

    with pytest.raises(CommandError):
        run(path, "--as", "somebody", capsys=capsys)
    assert Secret.objects.count() == 0


def test_an_import_names_its_actor(path, capsys):
    with pytest.raises(CommandError, match="Say who makes this change"):
        run(path, capsys=capsys)


def test_a_file_that_cannot_be_read_is_one_line(tmp_path, security, capsys):
    (tmp_path / "latin.md").write_bytes(b"\xff\xfe")

    for name, message in (("none.md", "cannot be read: No such file"), ("latin.md", "is no text in UTF-8")):
        with pytest.raises(CommandError, match=message):
            run(tmp_path / name, "--as", "sam", capsys=capsys)


def test_export_writes_the_document_to_a_file_or_to_standard_output(path, security, tmp_path, capsys):
    run(path, "--as", "sam", capsys=capsys)

    call_command("export_document", str(tmp_path / "out.md"))
    call_command("export_document")

    assert (tmp_path / "out.md").read_text(encoding="utf-8") == document()
    assert capsys.readouterr().out == document()


def test_security_imports_a_text_that_it_says_is_no_value(path, security, capsys):
    note = "".join(["queue to", "ken: q8Zt4mWx", "2LbN7cRv"])
    path.write_text(path.read_text() + f"\n## Queues\n\nThe {note} is read by billing.\n")
    allowed = ("--no-value-in", "documents.documentsection.body", "--no-value-because", "It names a queue.")

    with pytest.raises(CommandError, match=r"^Nothing was imported\."):
        run(path, "--as", "sam", capsys=capsys)
    assert note not in capsys.readouterr().out

    run(path, "--as", "sam", *allowed, capsys=capsys)
    assert note in document()
    assert ChangeSet.objects.get(source="import").reason.endswith("documentsection.body: It names a queue.")


def test_security_imports_no_known_format_whatever_it_says(path, security, capsys):
    key = "".join(["gh", "p_", "a1B2c3D4e5F6", "g7H8i9J0k1L2m3N4o5P6"])
    path.write_text(path.read_text() + f"\n## Queues\n\nThe token is {key}.\n")
    allowed = ("--no-value-in", "documents.documentsection.body", "--no-value-because", "It names a queue.")

    with pytest.raises(CommandError, match=r"^Nothing was imported\."):
        run(path, "--as", "sam", *allowed, capsys=capsys)

    assert key not in capsys.readouterr().out
