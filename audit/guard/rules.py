"""Knows the formats by which providers and tools mark their keys."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

from audit.guard.placeholders import is_example, is_reference
from audit.guard.refusal import Refusal, certain


def _varied(body: str) -> bool:
    """Return whether `body` can be random: not a mask, not an example, not a plain word."""
    if is_example(body) or is_reference(body):
        return False
    return len(body) >= 24 or any(c.isdigit() for c in body) or not body.islower()


def _long(body: str) -> bool:
    return not is_example(body)


def _password(body: str) -> bool:
    is_port = re.match(r"\d{1,5}[/?#]", body) is not None
    named = body in ("PASSWORD", "PASS", "SECRET")
    return not (is_port or named or is_reference(body) or _EXAMPLE_PASSWORD.fullmatch(body))


_EXAMPLE_PASSWORD = re.compile(r"(?i)example|placeholder|redacted|change[_-]?me|your[_-].*|\S*(?:\*{3}|\.{3})\S*")


def _basic(body: str) -> bool:
    try:
        decoded = base64.b64decode(body + "=" * (-len(body) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return False
    return ":" in decoded and decoded.isprintable()


def _any(body: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Format:
    """One format: looked for only where one of its needles stands; group 1 (or all) is the body to judge."""

    rule: str
    looks_like: str
    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    accepts: Callable[[str], bool]

    def found_in(self, text: str) -> bool:
        """Return whether `text` holds this format with a body that is no mask and no example."""
        if not any(needle in text for needle in self.needles):
            return False
        return any(self.accepts(match[match.lastindex or 0]) for match in self.pattern.finditer(text))


def _format(rule: str, looks_like: str, needles: str, pattern: str, accepts: Callable[[str], bool] = _varied) -> Format:
    return Format(rule, looks_like, tuple(needles.split()), re.compile(pattern), accepts)


_B = r"(?<![A-Za-z0-9])"

FORMATS: tuple[Format, ...] = (
    _format("stripe-secret-key", "a Stripe secret key", "sk_live_ sk_test_ rk_live_ rk_test_",
            r"[sr]k_(?:live|test)_([0-9A-Za-z]{8,})"),
    _format("webhook-signing-secret", "a webhook signing secret", "whsec_", r"whsec_([A-Za-z0-9+/=]{12,})"),
    _format("aws-access-key-id", "an AWS access key ID", "AKIA ASIA ABIA ACCA",
            _B + r"((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?![A-Za-z0-9])"),
    _format("github-token", "a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_([A-Za-z0-9]{16,})"),
    _format("github-fine-grained-token", "a GitHub token", "github_pat_", r"github_pat_([A-Za-z0-9_]{16,})"),
    _format("gitlab-token", "a GitLab token",
            "glpat- gldt- glrt- glcbt- glptt- glft- glsoat- glagent- glimt- glffct- gloas-",
            r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt|ffct|oas)-([A-Za-z0-9_-]{12,})"),
    _format("slack-token", "a Slack token", "xoxb- xoxp- xoxa- xoxe- xoxe. xoxo- xoxr- xoxs- xoxc- xoxd-",
            r"xox[a-eoprs][-.]([A-Za-z0-9%.-]{10,})"),
    _format("slack-app-token", "a Slack app token", "xapp-", r"xapp-(\d-[A-Za-z0-9-]{10,})"),
    _format("slack-webhook", "a Slack webhook address", "hooks.slack.com",
            r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/([A-Za-z0-9_/-]{16,})"),
    _format("google-api-key", "a Google API key", "AIza", r"AIza([0-9A-Za-z_-]{28,})"),
    _format("google-oauth-secret", "a Google OAuth secret", "GOCSPX- ya29.",
            r"(?:GOCSPX-|ya29\.)([A-Za-z0-9_-]{16,})"),
    _format("anthropic-key", "an Anthropic API key", "sk-ant-", r"sk-ant-([A-Za-z0-9_-]{12,})"),
    _format("openrouter-key", "an OpenRouter key", "sk-or-", r"sk-or-(?:v\d-)?([A-Za-z0-9]{16,})"),
    _format("openai-key", "an OpenAI API key", "sk-",
            _B + r"sk-((?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{12,}|[A-Za-z0-9]{20,})"),
    _format("sendgrid-key", "a SendGrid key", "SG.", _B + r"SG\.([A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,})"),
    _format("twilio-key", "a Twilio API key", "SK", _B + r"SK([0-9a-fA-F]{32})(?![0-9A-Za-z])"),
    _format("npm-token", "an npm token", "npm_", r"npm_([A-Za-z0-9]{20,})"),
    _format("pypi-token", "a PyPI token", "pypi-", r"pypi-(A[A-Za-z0-9_-]{16,})"),
    _format("digitalocean-token", "a DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", r"do[por]_v1_([a-f0-9]{20,})"),
    _format("shopify-token", "a Shopify token", "shpat_ shpca_ shppa_ shpss_",
            r"shp(?:at|ca|pa|ss)_([a-fA-F0-9]{16,})"),
    _format("mailgun-key", "a Mailgun key", "key-", _B + r"key-([0-9a-f]{32})(?![0-9A-Za-z])"),
    _format("mailchimp-key", "a Mailchimp key", "-us", _B + r"([0-9a-f]{32})-us\d{1,2}(?![0-9A-Za-z])"),
    _format("square-token", "a Square token", "sq0atp- sq0csp- EAAA",
            r"(?:sq0(?:atp|csp)-([A-Za-z0-9_-]{16,})|EAAA([A-Za-z0-9_-]{50,}))"),
    _format("telegram-bot-token", "a Telegram bot token", ":AA",
            r"(?<![A-Za-z0-9])\d{8,10}:(AA[A-Za-z0-9_-]{30,})"),
    _format("azure-storage-key", "an Azure storage key", "AccountKey SharedAccessKey",
            r"(?:AccountKey|SharedAccessKey)\s{0,3}=\s{0,3}([A-Za-z0-9+/]{20,}={0,2})"),
    _format("azure-client-secret", "an Azure client secret", "Q~",
            r"(?<![A-Za-z0-9_~.-])([A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{30,34})(?![A-Za-z0-9_~.-])"),
    _format("signed-url", "a signed address", "sig= Signature= signature=",
            r"[?&;](?:sig|Signature|signature|X-Amz-Signature|X-Goog-Signature)=([A-Za-z0-9%+/=_-]{16,})"),
    _format("vault-token", "a Vault token", "hvs. hvb. hvr.", _B + r"hv[sbr]\.([A-Za-z0-9_-]{16,})"),
    _format("vault-legacy-token", "a Vault token", "s. b.",
            r"(?<![A-Za-z0-9_.])[sb]\.([A-Za-z0-9]{24})(?![A-Za-z0-9.])",
            lambda body: _varied(body) and any(c.isdigit() for c in body) and any(c.isupper() for c in body)),
    _format("doppler-token", "a Doppler token", "dp.",
            _B + r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{1,64}\.)?([A-Za-z0-9]{20,})"),
    _format("databricks-token", "a Databricks token", "dapi dose", _B + r"(?:dapi|dose)([0-9a-f]{32})"),
    _format("hugging-face-token", "a Hugging Face token", "hf_ api_org_", _B + r"(?:hf|api_org)_([A-Za-z0-9]{20,})"),
    _format("linear-key", "a Linear key", "lin_api_ lin_oauth_", r"lin_(?:api|oauth)_([A-Za-z0-9]{16,})"),
    _format("discord-bot-token", "a Discord bot token", ".",
            r"(?<![A-Za-z0-9_.-])([MNO][A-Za-z0-9_-]{22,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,})",
            lambda body: _varied(body) and any(c.isdigit() for c in body)),
    _format("discord-webhook", "a Discord webhook address", "api/webhooks/",
            r"discord(?:app)?\.com/api/webhooks/\d{5,25}/([A-Za-z0-9_-]{16,})"),
    _format("teams-webhook", "a Teams webhook address", "webhook.office.com",
            r"webhook\.office\.com/webhookb2/([A-Za-z0-9@/-]{16,})"),
    _format("atlassian-token", "an Atlassian token", "ATATT3 ATBB", _B + r"(?:ATATT3|ATBB)([A-Za-z0-9_=-]{20,})"),
    _format("postman-key", "a Postman key", "PMAK-", r"PMAK-([a-f0-9]{16,}-[a-f0-9]{16,})"),
    _format("new-relic-key", "a New Relic key", "NRAK- NRII- NRJS-", r"NR(?:AK|II|JS)-([A-Za-z0-9_-]{16,})"),
    _format("grafana-token", "a Grafana token", "glsa_ glc_", r"gl(?:sa|c)_([A-Za-z0-9+/=_]{20,})"),
    _format("terraform-token", "a Terraform Cloud token", ".atlasv1.", r"\.atlasv1\.([A-Za-z0-9_=-]{20,})"),
    _format("planetscale-token", "a PlanetScale password", "pscale_",
            r"pscale_(?:tkn|pw|oauth)_([A-Za-z0-9_.=-]{16,})"),
    _format("supabase-key", "a Supabase key", "sbp_ sb_secret_", r"(?:sbp|sb_secret)_([A-Za-z0-9_-]{16,})"),
    _format("sentry-token", "a Sentry token", "sntrys_ sntryu_", r"sntry[su]_([A-Za-z0-9_+/=-]{16,})"),
    _format("notion-token", "a Notion token", "ntn_ secret_",
            _B + r"(?:ntn_[0-9]{5,}[A-Za-z0-9]{20,}|secret_[A-Za-z0-9]{43})"),
    _format("figma-token", "a Figma token", "figd_", r"figd_([A-Za-z0-9_-]{16,})"),
    _format("groq-key", "a Groq key", "gsk_", _B + r"gsk_([A-Za-z0-9]{20,})"),
    _format("xai-key", "an xAI key", "xai-", _B + r"xai-([A-Za-z0-9]{20,})"),
    _format("replicate-token", "a Replicate token", "r8_", _B + r"r8_([A-Za-z0-9]{20,})"),
    _format("docker-token", "a Docker Hub token", "dckr_pat_ dckr_oat_", r"dckr_[po]at_([A-Za-z0-9_-]{16,})"),
    _format("rubygems-key", "a RubyGems key", "rubygems_", r"rubygems_([a-f0-9]{20,})"),
    _format("airtable-token", "an Airtable token", "pat", _B + r"(pat[A-Za-z0-9]{14}\.[a-f0-9]{64})"),
    _format("dynatrace-token", "a Dynatrace token", "dt0c01. dt0s", r"dt0[a-z]\d\d\.([A-Z0-9]{16,}\.[A-Z0-9]{32,})"),
    _format("fly-token", "a Fly.io token", "fm1_ fm2_ fo1_", _B + r"(?:fm[12]|fo1)_([A-Za-z0-9+/=_-]{20,})"),
    _format("pulumi-token", "a Pulumi token", "pul-", _B + r"pul-([a-f0-9]{40})"),
    _format("one-password-token", "a 1Password service account token", "ops_ey", r"ops_(ey[A-Za-z0-9_-]{16,})"),
    _format("age-key", "an age secret key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-(?:PQ-)?(1[0-9A-Z]{16,})"),
    _format("otp-seed", "a one-time password seed", "otpauth://",
            r"otpauth://\S{0,200}?secret=([A-Za-z2-7]{12,})", _long),
    _format("private-key", "a private key", "PRIVATE KEY",
            r"-----\s?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?\s?-----(?:\s|[nr]){0,8}"
            r"(?:[A-Za-z0-9+/=]{4}|(?:Proc-Type|Version|Comment|DEK-Info|Hash|Charset):)", _any),
    _format("private-key", "a private key", "PRIVATE KEY",
            r"\A[\s\"'`]*-----\s?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?\s?-----", _any),
    _format("putty-key", "a PuTTY private key", "PuTTY-User-Key-File", r"PuTTY-User-Key-File-\d", _any),
    _format("private-jwk", "a private key in JSON", '"d"', r'"d"\s{0,9}:\s{0,9}"([A-Za-z0-9_-]{40,})"'),
    _format("json-web-token", "a signed token (JWT)", "eyJ",
            r"(?<![A-Za-z0-9_-])(eyJ[A-Za-z0-9_-]{8,4000}\.(?:[A-Za-z0-9_-]{8,8000}|\.?)\.[A-Za-z0-9_.-]{8,})", _long),
    _format("address-with-password", "an address with a password in it", "://",
            r"://[^\s:/@?#]{0,128}:([^\s@]{1,256})@[\w.\[<{$-]", _password),
    _format("basic-auth", "a basic authentication header", "Basic basic",
            r"[Bb]asic\s{1,3}([A-Za-z0-9+/]{8,400}={0,2})(?![A-Za-z0-9+/=])", _basic),
    _format("bearer-token", "a bearer token", "Bearer bearer", r"[Bb]earer[\s:=]{1,3}([A-Za-z0-9._~+/-]{16,}=*)",
            lambda body: _varied(body) and any(c.isdigit() for c in body)),
    _format("curl-password", "a command with a password in it", "curl wget http",
            r"\s(?:-u|--user|--password|--pass)[\s=]{1,3}[\"']?(?:[^\s:\"']{1,64}:)([^\s\"']{3,128})", _password),
)  # fmt: skip


def known_format(text: str) -> Refusal | None:
    """Return the refusal of the first known format in `text`, which must be normalised; None without one."""
    for shape in FORMATS:
        if shape.found_in(text):
            return certain(shape.rule, shape.looks_like)
    return None
