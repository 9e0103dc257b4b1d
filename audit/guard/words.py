"""Knows the words that announce a value, in many languages, and where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from audit.guard.normal import normal

_LATIN = (
    "passwort kennwort contraseña contrasena clave senha wachtwoord hasło haslo heslo lösenord adgangskode passord"
    " salasana parola parole şifre sifre jelszó jelszo"
)
_OTHERS = "пароль 密码 密碼 口令 パスワード 暗証番号 비밀번호 암호 סיסמה κωδικός κωδικος पासवर्ड รหัสผ่าน"
_PHRASES = ("mot de passe", "kata sandi", "mật khẩu", "mat khau", "كلمة المرور", "كلمة السر")
_FOREIGN = tuple(normal(word).lower() for word in (*_LATIN.split(), *_OTHERS.split(), *_PHRASES))
_SHORT = r"(?=[\"'`*]{0,4}\s?[=:])"
_STRONG = "|".join(
    [rf"passw(?:or)?ds?|passwd|passphrase|passcode|pwd|pass{_SHORT}|(?<![^\W_])pw(?!\w)", *map(re.escape, _FOREIGN)]
)
_WEAK = r"secret[ _-]?access[ _-]?keys?|secret[ _-]?keys?|secrets?|tokens?|credentials?|creds?|bearer|keys?"
_WORD = re.compile(rf"(?P<strong>{_STRONG})|(?:{_WEAK})", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?i)(?:api|access|auth|private|signing|encryption|master|shared|account|service|client|app|webhook|unseal|recovery"
    r"|root)[ _-]?\Z"
)
_ASCII = ("pass", "pwd", "secret", "token", "cred", "key", "bearer", "pw", *(w for w in _FOREIGN if w.isascii()))
_ALL = (*_ASCII, *(word for word in _FOREIGN if not word.isascii()))


@dataclass(frozen=True, slots=True)
class Word:
    """A word for a value in a text; strong ones mean a password, weak ones a key, a token or a secret."""

    start: int
    end: int
    is_strong: bool
    label: str


def words_for_values(text: str) -> Iterator[Word]:
    """Yield the words of `text` that may announce a value.

    Looking for short texts costs far less than trying every word at every character.
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters become two in lower case
        lowered = "".join(char.lower()[:1] for char in text)
    for needle in _ASCII if text.isascii() else _ALL:
        place = lowered.find(needle)
        while place >= 0:
            found = _WORD.match(text, place)
            if found is not None:
                yield _word(text, found)
            place = lowered.find(needle, place + len(needle))


def _word(text: str, found: re.Match[str]) -> Word:
    before = _BEFORE.search(text, max(0, found.start() - 12), found.start())
    start = before.start() if before is not None else found.start()
    label = "password" if found["strong"] else re.split(r"[ _-]", found[0].lower())[-1].removesuffix("s")
    return Word(start, found.end(), found["strong"] is not None, label)
