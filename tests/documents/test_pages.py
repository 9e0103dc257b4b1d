import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import ChangeSet
from documents.forms import MOST_BYTES
from inventory.models import Secret
from tests.documents.acts import table
from tests.factories import make_secret

pytestmark = pytest.mark.django_db
ROW = "`prod/stripe/key` | Ada Byron | @ada | API Key | 2026-05-04 | 2026-08-02 | Active"
IMPORT = "/import/"


def preview(client, text, **fields):
    return client.post(IMPORT, {"text": text, **fields})


def confirm(client, text, **fields):
    seen = preview(client, text).context["plan"].fingerprint
    return client.post(IMPORT, {"text": text, "seen": seen, "confirm": "yes", **fields})


def shown(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def test_checking_shows_what_is_new_and_saves_nothing(as_security):
    before = ChangeSet.objects.count()

    response = preview(as_security, table(ROW))

    assert [str(one.row) for one in response.context["preview"].secrets.first] == ["prod/stripe/key"]
    assert "Import 1 secret" in shown(response)
    assert (Secret.objects.count(), ChangeSet.objects.count()) == (0, before)


def test_importing_after_the_preview_makes_one_change_set_of_source_import(as_security, security):
    response = confirm(as_security, table(ROW))

    change_set = ChangeSet.objects.order_by("pk").last()
    assert (response.status_code, response["Location"]) == (302, reverse("inventory:secrets"))
    assert (change_set.source, change_set.actor, change_set.reason) == ("import", security, "Import of a document")
    assert Secret.objects.get().owner.name == "Ada Byron"


def test_a_file_is_read_as_pasted_text_is(as_security):
    upload = SimpleUploadedFile("SECRETS.md", ("\ufeff" + table(ROW)).encode(), content_type="text/markdown")

    response = as_security.post(IMPORT, {"file": upload})

    assert response.context["plan"].text == table(ROW)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"text": "  "}, "Paste the document, or choose a file."),
        ({"file": SimpleUploadedFile("x.md", b"\xff\xfe")}, "The file is no text in UTF-8. Save it as UTF-8."),
    ],
)
def test_what_cannot_be_read_is_a_form_error(as_security, fields, error):
    response = as_security.post(IMPORT, fields)

    assert response.context["form"].non_field_errors() == [error]


def test_a_file_that_is_too_large_is_not_read(as_security):
    response = as_security.post(IMPORT, {"file": SimpleUploadedFile("x.md", b" " * (MOST_BYTES + 1))})

    assert response.context["form"].non_field_errors() == ["The file is larger than 10 MB. Import it with the command."]


def test_problems_stop_the_button_until_the_tick_says_otherwise(as_security):
    text = table(ROW, ROW.replace("key", "other").replace("2026-05-04", "07/08/2026"))

    stopped = confirm(as_security, text)
    assert stopped.context["problem"] == "Mend the 1 problem, or leave out the rows."
    assert Secret.objects.count() == 0

    confirm(as_security, text, leave_out="on")
    assert [str(secret) for secret in Secret.objects.all()] == ["prod/stripe/key"]


def test_another_plan_than_the_one_that_was_seen_is_not_carried_out(as_security):
    seen = preview(as_security, table(ROW)).context["plan"].fingerprint
    make_secret(name="prod/stripe/key")

    response = as_security.post(IMPORT, {"text": table(ROW), "seen": seen, "confirm": "yes"})

    assert response.context["problem"].startswith("The register or the document changed since the preview.")
    assert Secret.objects.get().owner is None


def test_a_value_is_never_sent_back(as_security):
    value = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"

    for response in (
        preview(as_security, table(ROW.replace("API Key", value))),
        as_security.post(IMPORT, {"text": value, "file": SimpleUploadedFile("x.md", b"\xff")}),
    ):
        assert response.status_code == 200
        assert value not in response.content.decode()


def test_markup_in_a_document_is_shown_as_text(as_security):
    response = preview(as_security, table(ROW.replace("Ada Byron", "<script>alert(1)</script>")))

    assert "<script>alert" not in response.content.decode()


def test_the_document_page_shows_live_data_and_no_markup_of_others(as_security, owner):
    make_secret(name="prod/stripe/key", owner=owner, last_rotated_on=date(2026, 5, 4))
    hostile = '<img src=x onerror="alert(1)"> [go](javascript:alert(1)) ![x](https://x.example/i.png) a<br>b'
    confirm(as_security, f"# Us\n\n{hostile}\n\n## Chapter\n\nText.\n")

    page = as_security.get("/document/").content.decode()

    assert "Olga Owner" in page
    assert "2026-05-04" in page
    assert re.findall(r"<img|<script(?! src)|javascript:[^<]*\"|onerror=\"|style=", page) == []
    assert "a<br>b" in page
    assert '<h3 id="part-2">Chapter</h3>' in page


def test_the_markdown_is_the_document(as_security):
    confirm(as_security, "# Us\n\nText.\n")

    response = as_security.get("/document.md")

    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response.content.decode() == "# Us\n\nText.\n"


def test_who_may_not_import_is_refused_and_everybody_with_a_role_reads(client, auditor, owner):
    for account in (auditor, owner.account):
        client.force_login(account)
        answers = [
            client.get(IMPORT),
            client.post(IMPORT, {"text": "# A"}),
            client.get("/document/"),
            client.get("/document.md"),
        ]
        assert [answer.status_code for answer in answers] == [403, 403, 200, 200]


def test_pages_cost_the_same_number_of_queries_for_any_register(as_security, django_assert_num_queries):
    def measured(count):
        for number in range(count):
            make_secret(name=f"prod/stripe/key_{number}_{count}")
        with django_assert_num_queries(16):
            as_security.get("/document/")
        with django_assert_num_queries(17):
            as_security.get("/document.md")
        with django_assert_num_queries(18):
            preview(as_security, table(*(ROW.replace("key", f"new{number}") for number in range(count))))

    for count in (1, 3, 50):
        measured(count)
