"""Knows how mail, monitoring, product, database and identity services mark their keys, from what they document."""

from __future__ import annotations

from audit.guard.formats import B, Format, format_of, is_irregular, is_mixed, is_no_example, is_numbered, is_varied

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_END = r"(?![0-9A-Za-z])"

MAIL: tuple[Format, ...] = (
    format_of("sendgrid-key", "a SendGrid key", "SG.", B + r"SG\.([A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,})"),
    format_of("twilio-key", "a Twilio API key", "SK", B + r"SK([0-9a-fA-F]{32})" + _END),
    format_of("mailgun-key", "a Mailgun key", "key- -",
              B + r"(?:key-([0-9a-f]{32})|([0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}))" + _END),
    format_of("mailchimp-key", "a Mailchimp key", "-us", B + r"([0-9a-f]{32})-us\d{1,2}" + _END),
    format_of("brevo-key", "a Brevo key", "xkeysib- xsmtpsib-", r"x(?:key|smtp)sib-([a-f0-9]{32,}-[A-Za-z0-9]{8,})"),
    format_of("resend-key", "a Resend key", "re_", B + r"re_([A-Za-z0-9]{8}_[A-Za-z0-9]{20,})", is_numbered),
    format_of("mailersend-key", "a MailerSend key", "mlsn.", B + r"mlsn\.([a-f0-9]{32,})"),
    format_of("mandrill-key", "a Mandrill key", "md-", B + r"md-([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])", is_mixed),
    format_of("telnyx-key", "a Telnyx key", "KEY", B + r"KEY([0-9A-F]{32}_[A-Za-z0-9]{16,})"),
    format_of("intercom-token", "an Intercom token", "dG9rO", B + r"dG9rO([A-Za-z0-9+/]{40,})"),
)  # fmt: skip

PRODUCT: tuple[Format, ...] = (
    format_of("new-relic-key", "a New Relic key", "NRAK- NRII- NRJS-", r"NR(?:AK|II|JS)-([A-Za-z0-9_-]{16,})"),
    format_of("grafana-token", "a Grafana token", "glsa_ glc_ eyJrIjoi",
              r"(?:gl(?:sa|c)_([A-Za-z0-9+/=_]{20,})|" + B + r"eyJrIjoi([A-Za-z0-9]{60,}))"),
    format_of("sentry-token", "a Sentry token", "sntrys_ sntryu_", r"sntry[su]_([A-Za-z0-9_+/=-]{16,})"),
    format_of("dynatrace-token", "a Dynatrace token", "dt0c01. dt0s", r"dt0[a-z]\d\d\.([A-Z0-9]{16,}\.[A-Z0-9]{32,})"),
    format_of("postman-key", "a Postman key", "PMAK-", r"PMAK-([a-f0-9]{16,}-[a-f0-9]{16,})"),
    format_of("linear-key", "a Linear key", "lin_api_ lin_oauth_", r"lin_(?:api|oauth)_([A-Za-z0-9]{16,})"),
    format_of("figma-token", "a Figma token", "figd_ figu_", r"fig[du]_([A-Za-z0-9_-]{16,})"),
    format_of("notion-token", "a Notion token", "ntn_ secret_",
              B + r"(?:ntn_([0-9]{5,}[A-Za-z0-9]{20,})|secret_([A-Za-z0-9]{43})" + _END + ")"),
    format_of("airtable-token", "an Airtable token", "pat", B + r"(pat[A-Za-z0-9]{14}\.[a-f0-9]{64})"),
    format_of("posthog-key", "a PostHog key", "phx_ phs_", B + r"ph[xs]_([A-Za-z0-9]{30,})"),
    format_of("maxmind-key", "a MaxMind licence key", "_mmk", B + r"([A-Za-z0-9]{6}_[A-Za-z0-9]{29})_mmk"),
    format_of("hubspot-token", "a HubSpot token", "pat-", B + r"pat-[a-z]{2}\d-(" + _UUID + ")"),
    format_of("launchdarkly-key", "a LaunchDarkly key", "sdk- api-", B + r"(?:sdk|api)-(" + _UUID + ")"),
    format_of("contentful-token", "a Contentful token", "CFPAT-", r"CFPAT-([A-Za-z0-9_-]{30,})"),
    format_of("facebook-token", "a Facebook token", "EAAC EAAM EAAB |",
              B + r"(?:EAA[A-Z][A-Za-z0-9]{90,}|\d{15,16}\|[A-Za-z0-9_-]{27})" + _END, is_mixed),
    format_of("mapbox-token", "a Mapbox secret token", "sk.ey", B + r"sk\.(ey[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{16,})"),
    format_of("amazon-mws-token", "an Amazon MWS token", "amzn.mws.", r"amzn\.mws\.(" + _UUID + ")"),
    format_of("dropbox-token", "a Dropbox token", "sl.", B + r"sl\.(?:u\.)?([A-Za-z0-9_=-]{100,})"),
    format_of("asana-token", "an Asana token", "1/ 2/", B + r"(?:1|2/\d{15,17})/(\d{15,17}:[0-9a-f]{32})" + _END),
    format_of("clickup-token", "a ClickUp token", "pk_", B + r"pk_\d{5,12}_([A-Z0-9]{32})" + _END),
    format_of("unleash-token", "an Unleash token", ":production. :development. :*.",
              r"(?:\*|\[\]|" + B + r"[a-z][\w-]{1,40}):(?:production|development|\*)\.([0-9a-f]{40,})"),
    format_of("product-key", "a key of a service",
              "tfp_ rdme_ fio-u- hcaik_ rootly_ sm_ waka_ ion_ samsara_api_",
              B + r"(?:tfp_|rdme_|fio-u-|hc[a-z]ik_|rootly_|sm_[aps]at_|waka_|ion_|samsara_api_)([A-Za-z0-9_=-]{16,})",
              is_irregular),
)  # fmt: skip

IDENTITY: tuple[Format, ...] = (
    format_of("vault-token", "a Vault token", "hvs. hvb. hvr.", B + r"hv[sbr]\.([A-Za-z0-9_-]{16,})"),
    format_of("vault-legacy-token", "a Vault token", "s. b.",
              r"(?<![A-Za-z0-9_.])[sb]\.([A-Za-z0-9]{24})(?![A-Za-z0-9.])", is_mixed),
    format_of("databricks-token", "a Databricks token", "dapi dose", B + r"(?:dapi|dose)([0-9a-f]{32})"),
    format_of("planetscale-token", "a PlanetScale password", "pscale_",
              r"pscale_(?:tkn|pw|oauth)_([A-Za-z0-9_.=-]{16,})"),
    format_of("supabase-key", "a Supabase key", "sbp_ sb_secret_", r"(?:sbp|sb_secret)_([A-Za-z0-9_-]{16,})"),
    format_of("age-key", "an age secret key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-(?:PQ-)?(1[0-9A-Z]{16,})"),
    format_of("one-password-token", "a 1Password service account token", "ops_ey", r"ops_(ey[A-Za-z0-9_-]{16,})"),
    format_of("one-password-key", "a 1Password secret key", "A3-",
              B + r"A3-([A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3})" + _END),
    format_of("otp-seed", "a one-time password seed", "otpauth://",
              r"otpauth://\S{0,200}?secret=([A-Za-z2-7]{12,})", is_no_example),
    format_of("clickhouse-key", "a ClickHouse Cloud key", "4b1d", B + r"4b1d([A-Za-z0-9]{38})" + _END, is_mixed),
    format_of("authress-key", "an Authress key", ".acc",
              r"\b(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.acc[_-]([A-Za-z0-9-]{8,40}\.[A-Za-z0-9+/_"
              r"=-]{30,})"),
    format_of("bitwarden-token", "a Bitwarden token", "0.",
              B + r"0\.(" + _UUID + r"\.[A-Za-z0-9]{24,}:[A-Za-z0-9+/]{16,})"),
    format_of("infisical-token", "an Infisical token", "st.", B + r"st\.([a-f0-9]{20,}\.[a-f0-9]{24,}\.[a-f0-9]{24,})"),
    format_of("stytch-secret", "a Stytch secret", "secret-",
              B + r"secret-(?:live|test)-([A-Za-z0-9_=-]{24,})", is_numbered),
    format_of("astra-token", "an Astra DB token", "AstraCS:", r"AstraCS:([A-Za-z0-9]{16,}:[a-f0-9]{32,})"),
    format_of("confluent-secret", "a Confluent Cloud secret", "cflt", B + r"cflt([A-Za-z0-9+/]{60})(?![A-Za-z0-9+/])"),
    format_of("database-key", "a key of a database or identity service",
              "napi_ mdb_sa_sk_ ory_ p8e- xau_ persona_ AVNS_ CCDB1_",
              B + r"(?:napi_|mdb_sa_sk_|ory_[a-z]{2,3}_|p8e-|xau_|persona_(?:production|sandbox)_|AVNS_|CCDB1_)"
              r"([A-Za-z0-9_-]{16,})", is_varied),
)  # fmt: skip
