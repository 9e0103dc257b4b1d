import pytest

from audit import links


@pytest.mark.parametrize("text", ["https://wiki.example.org/a?b=c#d", "http://localhost:8000/", "HTTPS://EXAMPLE.ORG"])
def test_an_address_of_the_web_may_be_a_link(text: str) -> None:
    assert links.web_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/",
        "//example.org/",
        "/secrets/",
        "https://",
        "https://user:word@example.org/",
        "https://example.org\\@evil.example/",
        "https://exam ple.org/",
        "https://[::1/",
        " https://example.org",
    ],
)
def test_any_other_address_is_no_link(text: str) -> None:
    assert links.web_address(text) == ""


@pytest.mark.parametrize(
    ("number", "address"),
    [("+49 (30) 123-45", "tel:+493012345"), ("ext. 12", "tel:12"), ("", ""), ("[phone]", ""), ("+", "")],
)
def test_a_number_can_be_called_if_it_has_digits(number: str, address: str) -> None:
    assert links.phone_address(number) == address


@pytest.mark.parametrize(
    ("email", "address"),
    [
        ("olga@example.org", "mailto:olga@example.org"),
        ("a?bcc=b@example.org", "mailto:a%3Fbcc%3Db@example.org"),
        ("a@b@example.org", ""),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_an_e_mail_address_cannot_smuggle_in_a_header(email: str, address: str) -> None:
    assert links.mail_address(email) == address
