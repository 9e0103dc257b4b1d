"""Knows how one line of Markdown reads and how any text is written so that it reads back as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

LITERAL = "\0"
_PARSER = MarkdownIt("commonmark").disable(["text_join"])
_MARKED_UP = re.compile(r"[\\`*_\[\]<&!\n\0]")
_CODE = re.compile(r"`([^`\s|\\]+)`")
_SPAN = re.compile(r"(`[^`\n|\\]+`)")
_BREAK = re.compile(r"(?i)<br\s*/?>")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./{}-]*")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# An underscore inside a word and an ampersand before a space mean nothing in Markdown.
_MEANT = re.compile(r"[\\`*\[\]<|]|&(?=[#A-Za-z])|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_GAPS = frozenset(
    [
        "",
        "-",
        "--",
        "---",
        "–",
        "—",
        "?",
        "??",
        "???",
        "@",
        "n/a",
        "na",
        "none",
        "tbd",
        "@tbd",
        "tba",
        "todo",
        "@slack-handle",
        "unknown",
        "unassigned",
        "not set",
        "no owner",
        "no backup",
        "never",
        "nobody",
    ]
)
_PLACEHOLDER = re.compile(r"@?\[[^\[\]]*\]|@?<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Inline:
    """A text as people read it; in `shadow`, as long as `plain`, what was escaped or is code stands as NUL.

    So a pattern that looks for marks in `shadow` never finds one that is meant as text.
    """

    plain: str
    shadow: str

    def __getitem__(self, part: slice) -> Inline:
        return Inline(self.plain[part], self.shadow[part])

    def stripped(self) -> Inline:
        """Return the text without the blanks around it that were not escaped."""
        start = len(self.shadow) - len(self.shadow.lstrip())
        return self[start : len(self.shadow.rstrip())] if self.shadow.strip() else Inline("", "")

    @property
    def is_gap(self) -> bool:
        """Whether nothing is said here: empty, `[TBD]`, `[Name]`, `@slack-handle`, a dash."""
        words = " ".join(self.shadow.lower().split())
        return words in _GAPS or _PLACEHOLDER.fullmatch(words) is not None

    @property
    def value(self) -> str:
        """The text, or "" for a gap."""
        return "" if self.is_gap else self.stripped().plain


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line such as `**Label**: text`, `Label: text` or `` `code` - text``; `label` is None without one."""

    label: Inline | None
    text: Inline


@lru_cache(maxsize=20_000)
def read_text(source: str) -> Inline:
    """Return how `source` reads where code spans keep their marks and links their addresses, as in sentences."""
    if "`" not in source and "](" not in source:
        return read(source)
    return _flat(_with_marks(_tokens(source.strip())), keeps_addresses=True).stripped()


@lru_cache(maxsize=20_000)
def read(source: str) -> Inline:
    """Return how `source`, one cell or line of Markdown, reads."""
    source = source.strip()
    if not _MARKED_UP.search(source):
        return Inline(source, source)
    code = _CODE.fullmatch(source)
    if code:
        return Inline(code[1], LITERAL * len(code[1]))
    return _flat(_tokens(source)).stripped()


def read_labelled(source: str) -> Labelled:
    """Return the label of a list's line and the text after it, in which code spans keep their marks."""
    tokens = _tokens(source.strip())
    for opening, closing in (("strong_open", "strong_close"), ("code_inline", "code_inline")):
        end = _first_span(tokens, opening, closing)
        if end:
            return Labelled(_flat(tokens[:end]).stripped(), _without_mark(_flat(_with_marks(tokens[end:]))))
    whole = _flat(tokens)
    colon = whole.shadow.find(":")
    if colon < 0:
        return Labelled(None, whole.stripped())
    return Labelled(whole[:colon].stripped(), whole[colon + 1 :].stripped())


def escaped(text: str) -> str:
    """Return Markdown for `text` with no more escapes than its marks need; a line break becomes `<br>`."""
    return _MEANT.sub(r"\\\g<0>", text).replace("\n", "<br>")


def code(text: str) -> str:
    """Return `text` as a code span, or escaped where no code span can hold it."""
    return f"`{text}`" if _PLAIN_NAME.fullmatch(text) else written(text)


def heading(text: str) -> str:
    """Return `text` as a heading is written; a # at its end would else be taken for decoration."""
    source = written(text)
    return f"{source[:-1]}\\#" if source.endswith("#") and not source.endswith("\\#") else source


def written(text: str, reads_as: Callable[[str], str] | None = None) -> str:
    """Return Markdown for `text` that reads back as `text`, with as few escapes as that takes.

    `reads_as` is how the place will be read, when that is more than `read(source).value`.
    """
    plain = _plain_enough(text)
    reads = reads_as or _value
    for source in _candidates(plain):
        if source == source.strip() and reads(source) == plain:
            return source
    return source


def _candidates(text: str) -> Iterable[str]:
    if "`" in text:
        yield "".join(part if _SPAN.fullmatch(part) else escaped(part) for part in _SPAN.split(text))
    yield escaped(text)
    yield _PUNCTUATION.sub(r"\\\1", text).replace("\n", "<br>")
    if text:
        yield _entity(text[0]) + escaped(text[1:-1]) + (_entity(text[-1]) if len(text) > 1 else "")
    yield "".join(char if char.isalnum() else _entity(char) for char in text)
    yield "".join(map(_entity, text))


def _entity(char: str) -> str:
    return f"&#{ord(char)};"


def _plain_enough(text: str) -> str:
    """Return `text` with one kind of line break and without the character Markdown cannot hold."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _value(source: str) -> str:
    return read(source).value


def _tokens(source: str) -> list[Token]:
    parsed = _PARSER.parseInline(source)
    return (parsed[0].children or []) if parsed else []


def _first_span(tokens: list[Token], opening: str, closing: str) -> int:
    """Return where the span that begins the line ends, 0 if the line does not begin with one."""
    start = next((number for number, token in enumerate(tokens) if token.type != "text" or token.content.strip()), -1)
    if start < 0 or tokens[start].type != opening:
        return 0
    return next((number + 1 for number in range(start, len(tokens)) if tokens[number].type == closing), 0)


def _without_mark(text: Inline) -> Inline:
    """Return what follows a label, without the colon or dash between."""
    rest = text.stripped()
    if rest.shadow[:1] in (":", "-", "–", "—"):
        rest = rest[1:]
    return rest.stripped()


def _with_marks(tokens: Iterable[Token]) -> Iterable[Token]:
    for token in tokens:
        plain = token.type == "code_inline" and "`" not in token.content
        yield token.copy(content=f"`{token.content}`") if plain else token


def _flat(tokens: Iterable[Token], *, keeps_addresses: bool = False) -> Inline:
    plain: list[str] = []
    shadow: list[str] = []
    addresses: list[str] = []
    for token in tokens:
        text, literal = _text_of(token, addresses, "".join(plain), keeps_addresses=keeps_addresses)
        plain.append(text)
        shadow.append(LITERAL * len(text) if literal else text)
    return Inline("".join(plain), "".join(shadow))


def _text_of(token: Token, addresses: list[str], before: str, *, keeps_addresses: bool) -> tuple[str, bool]:
    """Return the text of a token and whether it is literal; in a sentence the address of a link stays behind it."""
    match token.type:
        case "text_special" | "code_inline":
            return token.content, True
        case "softbreak" | "hardbreak":
            return (" " if token.type == "softbreak" else "\n"), False
        case "html_inline":
            return ("\n", False) if _BREAK.fullmatch(token.content) else (token.content, False)
        case "link_open":
            addresses.append(str(token.attrs.get("href", "")))
        case "link_close":
            address = addresses.pop()
            shown = not keeps_addresses or before.endswith(address.removeprefix("mailto:"))
            return ("" if shown else f" ({address})"), True
        case "text" | "image":
            return token.content, False
    return "", False
