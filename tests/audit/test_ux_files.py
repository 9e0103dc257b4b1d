"""The rules that files of the interface keep, whoever writes them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*=|<style", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE),
    "something from elsewhere": re.compile(r"<(?:script|link|img)[^>]*(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE),
    "unescaped text": re.compile(r"\|\s*safe\b|\{%\s*autoescape off"),
    "a date that is ambiguous": re.compile(r"type=[\"']date[\"']"),
}
MAY = {("components/form_field.html", "unescaped text")}  # the help text of a form's field: written by us


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_keeps_the_policy(template: Path) -> None:
    text, name = template.read_text(), str(template.relative_to(ROOT / "templates"))

    found = {kind for kind, pattern in FORBIDDEN.items() if pattern.search(text) and (name, kind) not in MAY}

    assert found == set()


def test_the_style_sheet_stays_small() -> None:
    assert (ROOT / "static" / "ux.css").stat().st_size < 32 * 1024


def test_colours_are_named_in_one_place() -> None:
    tokens, _, rest = (ROOT / "static" / "ux.css").read_text().partition("@layer base {")
    screen = rest.partition("@layer print {")[0]
    tints = re.compile(r"--h: #[0-9a-f]{6}")

    assert re.findall(r"#[0-9a-f]{3,8}\b", tints.sub("", screen)) == ["#fff"]
    assert "light-dark(" in tokens


def test_the_script_asks_nobody_else_and_evaluates_nothing() -> None:
    script = (ROOT / "static" / "ux.js").read_text()

    assert re.findall(r"fetch\(|XMLHttpRequest|eval\(|Function\(|innerHTML|https?://", script) == []
