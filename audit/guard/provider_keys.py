"""Knows how clouds, payment, chat, AI and code hosting mark their keys, from what they document."""

from __future__ import annotations

from audit.guard.formats import B, Format, format_of, is_irregular, is_mixed, is_no_example, is_numbered, is_varied

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _cased(body: str) -> bool:
    return is_varied(body) and not body.islower() and not body.isdigit()


CLOUD: tuple[Format, ...] = (
    format_of("aws-access-key-id", "an AWS access key ID", "AKIA ASIA ABIA ACCA",
              B + r"((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?![A-Za-z0-9])"),
    format_of("aws-bedrock-key", "an AWS Bedrock key", "ABSK", B + r"ABSK([A-Za-z0-9+/]{80,})"),
    format_of("alibaba-access-key-id", "an Alibaba Cloud access key ID", "LTAI",
              B + r"LTAI([A-Za-z0-9]{16,26})(?![A-Za-z0-9])"),
    format_of("tencent-secret-id", "a Tencent Cloud secret ID", "AKID", B + r"AKID([A-Za-z0-9]{32})(?![A-Za-z0-9])"),
    format_of("google-api-key", "a Google API key", "AIza", r"AIza([0-9A-Za-z_-]{28,})"),
    format_of("google-oauth-secret", "a Google OAuth secret", "GOCSPX- ya29. 1//0",
              r"(?:GOCSPX-|ya29\.|" + B + r"1//0)([A-Za-z0-9_-]{16,})"),
    format_of("azure-storage-key", "an Azure storage key", "AccountKey SharedAccessKey",
              r"(?:AccountKey|SharedAccessKey)\s{0,3}=\s{0,3}([A-Za-z0-9+/]{20,}={0,2})"),
    format_of("azure-client-secret", "an Azure client secret", "Q~",
              r"(?<![A-Za-z0-9_~.-])([A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{30,34})(?![A-Za-z0-9_~.-])"),
    format_of("azure-resource-key", "a key of an Azure resource", "AzSe AzCa AzFu ACDb +ASt +AEh +ACR +ABa AIoT JQQJ9"
              r" AZDO",
              r"(?<![A-Za-z0-9+/])([A-Za-z0-9]{42}Az(?:Se|Ca|Fu)[A-D][A-Za-z0-9]{5}"
              r"|[A-Za-z0-9+/]{33,86}(?:ACDb|\+ASt|\+AEh|\+ACR|\+ABa|AIoT)[A-Za-z0-9+/]{4,6}={0,2}"
              r"|[A-Za-z0-9]{52}JQQJ9[A-Za-z0-9]{20,40}|[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4})(?![A-Za-z0-9+/])"),
    format_of("signed-url", "a signed address", "sig= Signature= signature=",
              r"[?&;](?:sig|Signature|signature|X-Amz-Signature|X-Goog-Signature)=([A-Za-z0-9%+/=_-]{16,})"),
    format_of("digitalocean-token", "a DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", r"do[por]_v1_([a-f0-9]{20,})"),
    format_of("heroku-key", "a Heroku key", "HRKU-", r"HRKU-([A-Za-z0-9_-]{30,})"),
    format_of("fly-token", "a Fly.io token", "fm1 fm2_ fo1_", B + r"(?:fm1[ar]?|fm2|fo1)_([A-Za-z0-9+/=_-]{20,})"),
    format_of("pulumi-token", "a Pulumi token", "pul-", B + r"pul-([a-f0-9]{40})"),
    format_of("terraform-token", "a Terraform Cloud token", ".atlasv1.", r"\.atlasv1\.([A-Za-z0-9_=-]{20,})"),
    format_of("openshift-token", "an OpenShift token", "sha256~", r"sha256~([A-Za-z0-9_-]{43})"),
    format_of("scalingo-token", "a Scalingo token", "tk-us-", B + r"tk-us-([A-Za-z0-9_-]{40,})"),
    format_of("render-key", "a Render key", "rnd_", B + r"rnd_([A-Za-z0-9]{20,})", is_numbered),
    format_of("cloudflare-key", "a Cloudflare key", "v1.0- cfut_ cfat_ cfk_",
              B + r"(?:v1\.0-([a-f0-9]{24}-[a-f0-9]{100,})|cf(?:ut|at|k)_([A-Za-z0-9]{30,}))"),
    format_of("yandex-key", "a Yandex Cloud key", "AQVN YC t1.",
              B + r"(?:AQVN([A-Za-z0-9_-]{35,38})|YC[A-Za-z0-9_-]{38}|t1\.[A-Za-z0-9_-]{20,}={0,2}\.[A-Za-z0-9_-]{80,})"
              r"(?![A-Za-z0-9_-])", lambda body: len(body) < 39 or is_mixed(body)),
    format_of("netlify-token", "a Netlify token", "nfp_", B + r"nfp_([A-Za-z0-9]{30,})"),
    format_of("vercel-token", "a Vercel token", "vcp_ vck_ vca_ vci_ vcr_", B + r"vc[pkair]_([A-Za-z0-9]{24,})"),
    format_of("tailscale-key", "a Tailscale key", "tskey-",
              B + r"tskey-(?:[a-z]{2,12}-)?([A-Za-z0-9]{8,}-[A-Za-z0-9]{16,})"),
    format_of("defined-networking-key", "a Defined Networking key", "dnkey-", r"dnkey-([A-Za-z0-9_=-]{40,})"),
)  # fmt: skip

PAYMENTS: tuple[Format, ...] = (
    format_of("stripe-secret-key", "a Stripe secret key", "k_live_ k_test_ k_prod_",
              r"[sr]k_(?:live|test|prod)_([0-9A-Za-z]{8,})"),
    format_of("webhook-signing-secret", "a webhook signing secret", "whsec_", r"whsec_([A-Za-z0-9+/=]{12,})"),
    format_of("checkout-key", "a Checkout.com secret key", "sk_sbox_", r"sk_sbox_([a-z0-9]{20,})"),
    format_of("square-token", "a Square token", "sq0atp- sq0csp- EAAA",
              r"(?:sq0(?:atp|csp)-([A-Za-z0-9_-]{16,})|(?<![A-Za-z0-9+/=])EAAA([A-Za-z0-9_-]{50,}))"),
    format_of("shopify-token", "a Shopify token", "shpat_ shpca_ shppa_ shpss_ shptka_ shpua_",
              r"shp(?:at|ca|pa|ss|tka|ua)_([a-fA-F0-9]{16,})"),
    format_of("braintree-token", "a Braintree token", "access_token$",
              r"access_token\$(?:production|sandbox)\$([0-9a-z]{8,}\$[0-9a-f]{16,})"),
    format_of("plaid-token", "a Plaid token", "access-", r"access-(?:sandbox|development|production)-(" + _UUID + ")"),
    format_of("duffel-token", "a Duffel token", "duffel_", r"duffel_(?:test|live)_([A-Za-z0-9_=-]{20,})"),
    format_of("flutterwave-key", "a Flutterwave secret key", "FLWSECK", r"FLWSECK(?:_TEST)?-([A-Za-z0-9]{12,})"),
    format_of("easypost-key", "an EasyPost key", "EZAK EZTK", B + r"EZ[AT]K([A-Za-z0-9]{40,})"),
    format_of("shippo-token", "a Shippo token", "shippo_", r"shippo_(?:live|test)_([a-fA-F0-9]{20,})"),
    format_of("live-key", "a key that a provider marks as live or test", "live_ test_",
              r"(?<![A-Za-z0-9_])(?:live|test)_([A-Za-z0-9_=-]{30,})", is_numbered),
    format_of("paddle-key", "a Paddle key", "pdl_", r"pdl_(?:live|sdbx)_apikey_([a-z0-9]{20,}_[A-Za-z0-9_]{10,})"),
    format_of("adyen-key", "an Adyen key", "AQE", r"(?<![A-Za-z0-9+/=])AQE([A-Za-z0-9+/]{80,})"),
    format_of("midtrans-key", "a Midtrans server key", "Mid-server-", r"Mid-server-([A-Za-z0-9_-]{16,})"),
    format_of("onfido-token", "an Onfido token", "api_live api_sandbox",
              B + r"api_(?:live|sandbox)(?:_[a-z]{2})?\.([A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{24,})"),
)  # fmt: skip

CHAT: tuple[Format, ...] = (
    format_of("slack-token", "a Slack token", "xoxb- xoxp- xoxa- xoxe- xoxe. xoxo- xoxr- xoxs- xoxc- xoxd-",
              r"xox[a-eoprs][-.]([A-Za-z0-9%.-]{10,})"),
    format_of("slack-app-token", "a Slack app token", "xapp-", r"xapp-(\d-[A-Za-z0-9-]{10,})"),
    format_of("slack-webhook", "a Slack webhook address", "hooks.slack",
              r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/([A-Za-z0-9_/-]{16,})"),
    format_of("discord-bot-token", "a Discord bot token", ". mfa.",
              r"((?<![A-Za-z0-9_.-])[MNO][A-Za-z0-9_-]{22,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}|mfa\.[A-Za-z0-9_-"
              r"]{80,})",
              is_numbered),
    format_of("discord-webhook", "a Discord webhook address", "api/webhooks/",
              r"discord(?:app)?\.com/api/webhooks/\d{5,25}/([A-Za-z0-9_-]{16,})"),
    format_of("teams-webhook", "a Teams webhook address", "webhook.office.com outlook.office.com/webhook",
              r"(?:webhook\.office\.com/webhookb2|outlook\.office\.com/webhook)/([A-Za-z0-9@/-]{16,})"),
    format_of("telegram-bot-token", "a Telegram bot token", ":AA",
              r"(?<![A-Za-z0-9])\d{8,10}:(AA[A-Za-z0-9_-]{30,})"),
    format_of("matrix-token", "a Matrix token", "syt_", B + r"syt_([A-Za-z0-9_-]{20,})"),
    format_of("chat-webhook", "the address of a chat's webhook", "open-apis/bot robot/send webhook/send hooks.zapier."
              r"com",
              r"(?:open-apis/bot/v2/hook/|robot/send\?access_token=|webhook/send\?key=|hooks\.zapier\.com/hooks/catch"
              r"/\d+/)"
              r"([A-Za-z0-9-]{6,})", is_no_example),
)  # fmt: skip

AI: tuple[Format, ...] = (
    format_of("anthropic-key", "an Anthropic API key", "sk-ant-", r"sk-ant-([A-Za-z0-9_-]{12,})"),
    format_of("openrouter-key", "an OpenRouter key", "sk-or-", r"sk-or-(?:v\d-)?([A-Za-z0-9]{16,})"),
    format_of("openai-key", "an OpenAI API key", "sk-",
              B + r"sk-((?:proj|svcacct|admin|None|lf)-[A-Za-z0-9_-]{12,}|[A-Za-z0-9]{20,})"),
    format_of("hugging-face-token", "a Hugging Face token", "hf_ api_org_", B + r"(?:hf|api_org)_([A-Za-z0-9]{20,})"),
    format_of("groq-key", "a Groq key", "gsk_", B + r"gsk_([A-Za-z0-9]{20,})"),
    format_of("xai-key", "an xAI key", "xai-", B + r"xai-([A-Za-z0-9]{20,})", _cased),
    format_of("replicate-token", "a Replicate token", "r8_", B + r"r8_([A-Za-z0-9]{20,})"),
    format_of("elevenlabs-key", "an ElevenLabs key", "sk_", B + r"sk_([0-9a-f]{40,64})(?![0-9A-Za-z])"),
    format_of("ai-service-key", "a key of an AI service",
              "pplx- nvapi- lsv2_ fw_ pcsk_ tvly- jina_ csk- esecret_ pa- tgp_v1_ e2b_ fc- apify_api_",
              B + r"(?:pplx-|nvapi-|lsv2_[a-z]{2}_|fw_|pcsk_|tvly-(?:dev-|prod-)?|jina_|csk-|esecret_|tgp_v1_|e2b_|ap"
              r"ify_api_"
              r"|fc-(?=[0-9a-f]{32}(?![0-9a-z]))|pa-(?=[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])))([A-Za-z0-9_-]{20,})",
              is_irregular),
    format_of("deepl-key", "a DeepL key", ":fx", r"(" + _UUID + r"):fx\b"),
)  # fmt: skip

CODE: tuple[Format, ...] = (
    format_of("github-token", "a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_([A-Za-z0-9]{16,})"),
    format_of("github-fine-grained-token", "a GitHub token", "github_pat_", r"github_pat_([A-Za-z0-9_]{16,})"),
    format_of("gitlab-token", "a GitLab token",
              "glpat- gldt- glrt- glcbt- glptt- glft- glsoat- glagent- glimt- glffct- gloas- glwt- GR1348941 _gitlab_"
              r"session=",
              r"(?:gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt|ffct|oas|wt)-|GR1348941|_gitlab_session=)([A-Za-z0-9_-]{1"
              r"2,})"),
    format_of("atlassian-token", "an Atlassian token", "ATATT3 ATCTT3 ATBB ATTA",
              B + r"(?:ATATT3|ATCTT3|ATBB|ATTA)([A-Za-z0-9_=-]{20,})"),
    format_of("sourcegraph-token", "a Sourcegraph token", "sgp_", B + r"sgp_((?:[a-f0-9]{16}_|local_)?[a-f0-9]{40})"),
    format_of("npm-token", "an npm token", "npm_", r"npm_([A-Za-z0-9]{20,})"),
    format_of("pypi-token", "a PyPI token", "pypi-", r"pypi-(A[A-Za-z0-9_-]{30,})"),
    format_of("rubygems-key", "a RubyGems key", "rubygems_", r"rubygems_([a-f0-9]{20,})"),
    format_of("docker-token", "a Docker Hub token", "dckr_pat_ dckr_oat_", r"dckr_[po]at_([A-Za-z0-9_-]{16,})"),
    format_of("clojars-token", "a Clojars token", "CLOJARS_", r"CLOJARS_([a-z0-9]{30,})"),
    format_of("package-key", "a key of a package registry", "oy2 cio AKCp cmVmdGtu",
              B + r"(oy2[a-z0-9]{43}|cio[A-Za-z0-9]{32}|AKCp[A-Za-z0-9]{60,}|cmVmdGtu[A-Za-z0-9]{40,})(?![A-Za-z0-9])",
              is_numbered),
    format_of("circleci-token", "a CircleCI token", "CCIPAT_ CCIPRJ_",
              r"CCIP(?:AT|RJ)_([A-Za-z0-9]{16,}_[a-f0-9]{20,})"),
    format_of("ci-token", "a token of a build service", "bkua_ sqp_ squ_ sqa_ pnu_ pnb_ ico- chpt_ snyk_",
              B + r"(?:(?:bkua|sqp|squ|sqa|pnu|pnb)_|ico-|chpt_|snyk_[a-z]{3}\.[0-9a-f]{8}\.)([A-Za-z0-9_-]{12,})",
              is_irregular),
    format_of("octopus-key", "an Octopus Deploy key", "API-", B + r"API-([A-Z0-9]{25,27})(?![A-Za-z0-9])", is_numbered),
    format_of("harness-token", "a Harness token", "pat. sat.",
              B + r"[ps]at\.([A-Za-z0-9_-]{20,}\.[A-Za-z0-9]{20,}\.[A-Za-z0-9]{16,})"),
    format_of("doppler-token", "a Doppler token", "dp.",
              B + r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{1,64}\.)?([A-Za-z0-9]{20,})"),
)  # fmt: skip
