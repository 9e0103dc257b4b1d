"""Values are composed of parts here, so that scanners of repositories stay quiet."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.guard import Refusal, check_text
from audit.guard.rules import FORMATS
from tests.audit.guard_corpus import corpus

LETTERS = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"


def chars(alphabet: str, length: int, seed: int = 7) -> str:
    """Return `length` characters that look random and are the same in every run."""
    return "".join(random.Random(seed).choices(alphabet, k=length))


def join(*parts: str) -> str:
    return "".join(parts)


KNOWN = {
    "stripe-secret-key": join("sk", "_live_", chars(LETTERS, 24)),
    "webhook-signing-secret": join("whs", "ec_", chars(LETTERS, 32)),
    "aws-access-key-id": join("AK", "IA", chars(UPPER, 16)),
    "github-token": join("gh", "p_", chars(LETTERS, 36)),
    "github-fine-grained-token": join("github", "_pat_", chars(LETTERS, 22), "_", chars(LETTERS, 59)),
    "gitlab-token": join("gl", "pat-", chars(LETTERS, 20)),
    "slack-token": join("xo", "xb-", chars(string.digits, 12), "-", chars(LETTERS, 24)),
    "slack-app-token": join("xa", "pp-1-A0", chars(UPPER, 9), "-", chars(string.digits, 13), "-", chars(HEX, 64)),
    "slack-webhook": join("https://hooks.", "slack.com/services/T0", chars(UPPER, 8), "/B0", chars(LETTERS, 24)),
    "google-api-key": join("AI", "za", chars(LETTERS, 35)),
    "google-oauth-secret": join("GOC", "SPX-", chars(LETTERS, 28)),
    "anthropic-key": join("sk-", "ant-api03-", chars(LETTERS, 60)),
    "openrouter-key": join("sk-", "or-v1-", chars(HEX, 64)),
    "openai-key": join("sk-", "proj-", chars(LETTERS, 48)),
    "sendgrid-key": join("S", "G.", chars(LETTERS, 22), ".", chars(LETTERS, 43)),
    "twilio-key": join("S", "K", chars(HEX, 32)),
    "npm-token": join("np", "m_", chars(LETTERS, 36)),
    "pypi-token": join("py", "pi-AgEI", chars(LETTERS, 60)),
    "digitalocean-token": join("do", "p_v1_", chars(HEX, 64)),
    "shopify-token": join("shp", "at_", chars(HEX, 32)),
    "mailgun-key": join("ke", "y-", chars(HEX, 32)),
    "mailchimp-key": join(chars(HEX, 32), "-u", "s21"),
    "square-token": join("sq", "0atp-", chars(LETTERS, 22)),
    "telegram-bot-token": join("123456789", ":A", "A", chars(LETTERS, 33)),
    "azure-storage-key": join("Account", "Key=", chars(LETTERS, 86), "=="),
    "azure-client-secret": join(chars(LETTERS, 3), "8", "Q~", chars(LETTERS, 34)),
    "signed-url": join("https://x.blob.example/c?sv=2022-11-02&s", "ig=", chars(LETTERS, 40), "%3D"),
    "vault-token": join("hv", "s.", chars(LETTERS, 24)),
    "vault-legacy-token": join("s", ".", chars(LETTERS, 24)),
    "doppler-token": join("dp", ".pt.", chars(LETTERS, 43)),
    "databricks-token": join("da", "pi", chars(HEX, 32)),
    "hugging-face-token": join("h", "f_", chars(LETTERS, 34)),
    "linear-key": join("lin", "_api_", chars(LETTERS, 40)),
    "discord-bot-token": join("M", chars(LETTERS, 23), ".", chars(LETTERS, 6), ".", chars(LETTERS, 38)),
    "discord-webhook": join("https://discord.com/", "api/webhooks/", chars(string.digits, 18), "/", chars(LETTERS, 60)),
    "teams-webhook": join("https://x.webhook.", "office.com/webhookb2/", chars(HEX, 36)),
    "atlassian-token": join("ATA", "TT3", chars(LETTERS, 60)),
    "postman-key": join("PM", "AK-", chars(HEX, 24), "-", chars(HEX, 34)),
    "new-relic-key": join("NR", "AK-", chars(UPPER, 27)),
    "grafana-token": join("gl", "sa_", chars(LETTERS, 32), "_", chars(HEX, 8)),
    "terraform-token": join(chars(LETTERS, 14), ".atlas", "v1.", chars(LETTERS, 60)),
    "planetscale-token": join("pscale", "_pw_", chars(LETTERS, 43)),
    "supabase-key": join("sb", "p_", chars(HEX, 40)),
    "sentry-token": join("sn", "trys_", chars(LETTERS, 60)),
    "notion-token": join("nt", "n_", chars(string.digits, 11), chars(LETTERS, 35)),
    "figma-token": join("fi", "gd_", chars(LETTERS, 40)),
    "groq-key": join("gs", "k_", chars(LETTERS, 52)),
    "xai-key": join("xa", "i-", chars(LETTERS, 80)),
    "replicate-token": join("r", "8_", chars(LETTERS, 37)),
    "docker-token": join("dckr", "_pat_", chars(LETTERS, 27)),
    "rubygems-key": join("ruby", "gems_", chars(HEX, 48)),
    "airtable-token": join("pa", "t", chars(LETTERS, 14), ".", chars(HEX, 64)),
    "dynatrace-token": join("dt0", "c01.", chars(UPPER, 24), ".", chars(UPPER, 64)),
    "fly-token": join("fm", "2_", chars(LETTERS, 60)),
    "pulumi-token": join("pu", "l-", chars(HEX, 40)),
    "one-password-token": join("op", "s_ey", chars(LETTERS, 60)),
    "age-key": join("AGE-", "SECRET-KEY-1", chars(UPPER, 58)),
    "otp-seed": join("otp", "auth://totp/ops?sec", "ret=", chars("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32)),
    "private-key": join("-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE", chars(LETTERS, 60)),
    "putty-key": join("PuTTY-User-", "Key-File-3: ssh-ed25519"),
    "private-jwk": join('{"kty": "OKP", "', 'd": "', chars(LETTERS, 43), '"}'),
    "json-web-token": join("ey", "J", chars(LETTERS, 20), ".ey", "J", chars(LETTERS, 40), ".", chars(LETTERS, 43)),
    "address-with-password": join("postgres://app:", chars(LOWER, 10), "@db.example:5432/app"),
    "basic-auth": join("Authorization: Ba", "sic ", "b3BzOmNhcnJvdHM="),
    "bearer-token": join("Authorization: Bea", "rer ", chars(LETTERS, 30)),
    "command-password": join("curl -u ops:", chars(LETTERS, 9), " https://api.example"),
}

RESEMBLING = (
    join("pass", "word: hunter2"),
    join("Pass", "word: Super", "Duper123!"),
    join("DB_PASS", "WORD=correct", "horse"),
    join("the pass", "word is Tr0ub", "4dor&3"),
    join("new pass", "word Tr0ub", "4dor&3 since Monday"),
    join('{"pass', 'word": "sword', 'fish"}'),
    join("api_", "key = abcd1234", "efgh5678"),
    join("api ", "key: ", chars(HEX, 32)),
    join("aws_secret_", "access_key = ", chars(LETTERS + "/+", 40)),
    join("client_", "secret: ", chars(LETTERS, 30)),
    join("https://api.example/?to", "ken=", chars(LETTERS, 16, seed=8)),
    join("the new to", "ken for Stripe is ", chars(LETTERS, 24), " since Monday"),
    join("rotated the se", "cret (", chars(LETTERS, 32), ")"),
    chars(LETTERS, 32),
    chars(HEX, 64),
    join("x", "K9#mP2$v", "L5@nQ8w"),
)

HARMLESS = (
    f"Secrets Index, no filter. Exported by Kim Key. Head of the ledger: 4711:{chars(HEX, 64)}.",
    f"token of the audit: verify_audit_trail --expect 17:{chars(HEX, 64)}",
    "",
    "Wen Li",
    "9f8c2e1a7b6d5c4f3e2d1c0b9a8f7e6d5c4b3a29",
    "9f8c2e1",
    "Rotated the key in commit 9f8c2e1a7b6d5c4f3e2d1c0b9a8f7e6d5c4b3a29",
    "550e8400-e29b-41d4-a716-446655440000",
    "550e8400e29b41d4a716446655440000",
    "Key ID: 1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/stripe-AbCdEf",
    "prod/stripe/secret_key",
    "Secret: prod/stripe/secret_key",
    "secret/data/prod/stripe/secret_key",
    "projects/123456789012/secrets/stripe-secret-key/versions/3",
    "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8",
    "16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
    "sk_live_…1234",
    "sk_live_************************",
    "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
    "****",
    "password: ****",
    "password: [TBD]",
    "password: <your password>",
    "password: ${DB_PASSWORD}",
    "Password: stored in 1Password",
    "Password: managed by DevOps",
    "The password is 12 characters long",
    "Password (Redis): alphanumeric string, 32 characters",
    "passwords expire after 90d",
    "password policy: 16 characters, mixed",
    "Password rotated 2026-07-14 by Wen Li (DEVOPS-1234)",
    "`password` column holds bcrypt hashes",
    "`sk_live_` followed by 24 characters",
    "Mostly begins with `sk_`, or something like it",
    "64 hex characters",
    "The token is 64-character hex",
    "Token: rotates every 90 days",
    "token: 2026-07-14",
    "API key: Stripe",
    "JWT signing key: RS256",
    "Signing key: AES-256-GCM",
    "Bearer token, 40 characters",
    "Basic authentication with user and password",
    "A PEM file that begins with `-----BEGIN PRIVATE KEY-----`",
    "Connection string: postgres://user:<password>@host:5432/db",
    "db.cluster-cxyz1234abcd.eu-west-1.rds.amazonaws.com holds the password",
    "northwind-prod-2026-07-14-backup-secret",
    "StripeWebhookSigningSecretRotationLambdaFunction2026",
    "ops@example.com",
    "+49 170 1234567",
    "U02ABCDEF12",
    "https://dashboard.example/apikeys",
    "Runbook for the secret key: https://docs.example/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit",
    "https://example.com:8443/@ops",
    "Compromised on 2026-06-30; token revoked at 14:02",
    "🔑 مفتاح الواجهة ключ доступа 鍵",
)


def test_every_format_is_found_in_the_corpus() -> None:
    found = {refusal.rule for text in corpus.values(corpus.FITTED) if (refusal := check_text(text.words))}

    assert {shape.rule for shape in FORMATS} - found == set()


@pytest.mark.parametrize("rule", KNOWN)
def test_check_text_knows_the_format(rule: str) -> None:
    refusal = check_text(KNOWN[rule])

    assert refusal is not None
    assert (refusal.rule, refusal.kind) == (rule, "certain")


@pytest.mark.parametrize("rule", KNOWN)
def test_check_text_finds_the_format_inside_a_sentence(rule: str) -> None:
    refusal = check_text(f"Rotated on Monday, see {KNOWN[rule]} for the rest.")

    assert refusal is not None
    assert refusal.rule == rule


@pytest.mark.parametrize("text", RESEMBLING)
def test_check_text_refuses_what_resembles_a_value(text: str) -> None:
    refusal = check_text(text)

    assert refusal is not None
    assert refusal.kind == "heuristic"


@pytest.mark.parametrize("text", HARMLESS)
def test_check_text_lets_facts_about_secrets_pass(text: str) -> None:
    assert check_text(text) is None


def test_check_text_says_what_it_looks_like_and_what_to_do() -> None:
    assert check_text(KNOWN["stripe-secret-key"]) == Refusal(
        rule="stripe-secret-key",
        kind="certain",
        message="This looks like a Stripe secret key. Keep it in your store and write its path here;"
        " if it was real, treat it as leaked and rotate it.",
    )


@pytest.mark.parametrize("text", [*KNOWN.values(), *RESEMBLING])
def test_refusal_never_contains_the_text(text: str) -> None:
    said = repr(check_text(text))

    assert text not in said
    assert not [word for word in text.split() if any(map(str.isdigit, word)) and word in said]


@pytest.mark.parametrize("rule", ["stripe-secret-key", "github-token", "vault-token"])
@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: "\u200b".join(text),
        lambda text: "\ufeff" + text[:6] + "\u00ad" + text[6:],
        lambda text: "".join(chr(ord(c) + 0xFEE0) for c in text),
        lambda text: text.replace("_", "\\_"),
        lambda text: "".join(f"&#{ord(c)};" for c in text),
        lambda text: text[:3] + "\x00" + text[3:],
    ],
    ids=["zero-width", "soft-hyphen", "full-width", "markdown-escape", "entities", "nul"],
)
def test_check_text_sees_through_disguises(rule: str, disguise) -> None:
    refusal = check_text(disguise(KNOWN[rule]))

    assert refusal is not None
    assert refusal.rule == rule


@given(st.text(alphabet=LETTERS, min_size=24, max_size=64), st.text(max_size=40), st.text(max_size=40))
def test_refusal_of_any_key_never_contains_it(body: str, before: str, after: str) -> None:
    refusal = check_text(f"{before} {join('sk', '_live_')}{body} {after}")

    assert refusal is None or body not in repr(refusal)


@given(st.text())
def test_check_text_answers_for_any_text(text: str) -> None:
    answer = check_text(text)

    assert answer is None or isinstance(answer, Refusal)


@given(st.uuids(), st.binary(min_size=20, max_size=20))
def test_check_text_lets_identifiers_pass(identifier, digest: bytes) -> None:
    assert check_text(f"secret {identifier}") is None
    assert check_text(f"Secret rotated in {digest.hex()}") is None


@pytest.mark.parametrize(
    "unit",
    ["a", "aB3", " ", ".", "a/", "0f", "secret_", "password: ", "password: [", "key ://a:b", "eyJ", "eyJaaaaaaaaaa.x",
     "-----BEGIN ", "[<{", "&#65;\\_", "\u0301\u0327", "Basic Zm9v ", "key aB3.", "otpauth://", "SG.", "1" * 40 + " "],
)  # fmt: skip
def test_check_text_reads_long_texts_of_one_kind(unit: str) -> None:
    text = unit * (200_000 // len(unit))

    answer = check_text(text)

    assert answer is None or answer.message
