"""Shows Markdown as HTML in which nobody's text can do more than be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

_LOWEST_HEADING = 6


class _Renderer(RendererHTML):
    """Headings one level down (the page has its own), tables that may scroll, line breaks, and no other HTML."""

    def html_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        is_break = tokens[idx].content.lower().replace(" ", "") in ("<br>", "<br/>")
        return "<br>" if is_break else escape(tokens[idx].content)

    def html_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        text = tokens[idx].content.strip()
        is_comment = text.startswith("<!--") and text.endswith("-->")
        return "" if is_comment else format_html("<p>{}</p>\n", text)

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return escape(tokens[idx].content)

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f'<{_lower(tokens[idx].tag)} id="part-{_number(tokens, idx)}">'

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"</{_lower(tokens[idx].tag)}>\n"

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return format_html('<a href="{}" rel="noreferrer">', str(tokens[idx].attrGet("href") or ""))

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        number = sum(token.type == "table_open" for token in tokens[: idx + 1])
        region = f'<div class="scroll" role="region" aria-label="Table {number}" tabindex="0">'
        return f'{region}<table class="t">\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<th scope="col">'

    def td_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "<td>"


_MARKDOWN = MarkdownIt("commonmark", renderer_cls=_Renderer).enable("table")


def as_html(text: str) -> SafeString:
    """Return a document as HTML; markup in it is shown as text, addresses are those a browser only follows."""
    return mark_safe(str(_MARKDOWN.render(text)))  # noqa: S308  (every rule above escapes what people wrote)


def chapters(text: str) -> list[tuple[int, str]]:
    """Return the number and the words of the chapters, the headings of the second level."""
    tokens = _MARKDOWN.parse(text)
    return [
        (_number(tokens, at), "".join(part.content for part in tokens[at + 1].children or [] if part.content))
        for at, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2"
    ]


def _lower(tag: str) -> str:
    return f"h{min(int(tag[1:]) + 1, _LOWEST_HEADING)}"


def _number(tokens: Sequence[Token], idx: int) -> int:
    return sum(token.type == "heading_open" for token in tokens[: idx + 1])
