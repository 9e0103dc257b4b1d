from django import forms
from django.contrib.auth import get_user_model

from audit.forms import GuardedForm, GuardedFormMixin, GuardedModelForm

VALUE = "".join(("sk", "_live_", "9aB3dE5fG7hI1jK2lM4nO6pQ"))
MESSAGE = (
    "This looks like a Stripe secret key. Keep it in your store and write its path here;"
    " if it was real, treat it as leaked and rotate it."
)


class NoteForm(GuardedForm):
    note = forms.CharField()
    days = forms.IntegerField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], required=False)
    tags = forms.MultipleChoiceField(choices=[("a", "A")], required=False)
    at = forms.SplitDateTimeField(required=False)
    password = forms.CharField(widget=forms.PasswordInput, required=False)


class AccountForm(GuardedModelForm):
    class Meta:
        model = get_user_model()
        fields = ("first_name", "last_name")


def test_harmless_text_is_kept() -> None:
    form = NoteForm({"note": "Rotated by Wen Li", "days": "90"})

    assert form.is_valid()
    assert form.cleaned_data["note"] == "Rotated by Wen Li"


def test_refused_text_is_an_error_of_its_field() -> None:
    form = NoteForm({"note": VALUE})

    assert form.errors == {"note": [MESSAGE]}
    assert form.has_error("note", "looks_like_value")
    assert "note" not in form.cleaned_data


def test_refused_text_is_not_shown_again() -> None:
    form = NoteForm({"note": VALUE, "days": "90"})

    page = form.as_p()

    assert VALUE not in page
    assert 'name="days" value="90"' in page


def test_refused_text_is_not_shown_by_the_errors_of_other_kinds_of_field() -> None:
    form = NoteForm({"note": "fine", "days": VALUE, "kind": VALUE, "tags": [VALUE], "at_0": VALUE, "at_1": "12:00"})

    page = form.as_p()

    assert set(form.errors) == {"days", "kind", "tags", "at"}
    assert VALUE not in page
    assert VALUE not in form.errors.as_json()


def test_a_form_with_a_prefix_blanks_its_own_field_only() -> None:
    data = {"one-note": VALUE, "two-note": "fine"}

    forms_of_page = [NoteForm(data, prefix="one"), NoteForm(data, prefix="two")]
    page = "".join(form.as_p() for form in forms_of_page)

    assert [form.is_valid() for form in forms_of_page] == [False, True]
    assert VALUE not in page
    assert 'value="fine"' in page
    assert data["one-note"] == VALUE


def test_every_form_of_a_formset_is_guarded() -> None:
    formset = forms.formset_factory(NoteForm)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-note": VALUE, "form-1-note": "fine"}
    )

    assert not formset.is_valid()
    assert VALUE not in formset.as_p()


def test_a_model_form_never_gives_refused_text_to_its_row() -> None:
    form = AccountForm({"first_name": VALUE, "last_name": "Li"})

    assert form.errors == {"first_name": [MESSAGE]}
    assert form.instance.first_name == ""
    assert VALUE not in form.as_p()


def test_password_and_unguarded_fields_are_left_alone() -> None:
    class FeedForm(GuardedFormMixin, forms.Form):
        unguarded_fields = ("fingerprint",)
        fingerprint = forms.CharField()
        password = forms.CharField(widget=forms.PasswordInput)

    form = FeedForm({"fingerprint": VALUE, "password": VALUE})

    assert form.is_valid()


def test_an_error_of_the_model_blanks_the_field_too() -> None:
    class LateForm(GuardedForm):
        note = forms.CharField()

        def clean(self) -> None:
            self.add_error("note", forms.ValidationError("Refused.", code="looks_like_value"))

    form = LateForm({"note": "only the model knows"})

    assert "only the model knows" not in form.as_p()
