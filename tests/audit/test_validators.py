import pytest
from django.core.exceptions import ValidationError

from audit.guard.rules import FORMATS
from audit.validators import refuse_values

VALUE = "".join(("gh", "p_", "9aB3dE5fG7hI1jK2lM4nO6pQ9aB3dE5fG7hI"))


def test_refuse_values_lets_harmless_text_pass() -> None:
    refuse_values("Keep it at kv/prod/stripe/secret_key")


def test_refuse_values_names_code_and_rule_and_never_the_text() -> None:
    with pytest.raises(ValidationError) as raised:
        refuse_values(f"see {VALUE}")

    assert (raised.value.code, raised.value.params) == ("looks_like_value", {"rule": "github-token", "kind": "certain"})
    assert VALUE not in str(raised.value)


def test_no_wording_of_a_rule_disturbs_the_message() -> None:
    assert not [shape.rule for shape in FORMATS if "%" in shape.looks_like]
