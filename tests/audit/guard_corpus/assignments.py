"""Values behind a word that announces one, in many notations and languages; and random text near such a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WORDS: Mapping[str, Sequence[str]] = {
    "weak_password": (
        "hunter<dig1>", "sw0rd<lo4>", "Tr0ub4dor&<dig1>", "<al4><dig4>!", "<an10>", "<an12>", "<al6>#<dig2>",
        "<lo3><dig3><caps2>", "Summer20<dig2>!", "<al5>-<dig4>-<al4>", "Passw0rd<dig2>!", "<an14>", "q1w2e3<lo4>",
    ),
    "key": (
        "<an24>", "<an32>", "<hex32>", "<hex40>f", "<url43>", "<bsf40>", "<hex64>", "<lo32>", "<up20><dig4>",
        "<bsf43>=", "<an48>",
    ),
    "label": (
        "password", "Password", "PASSWORD", "passwd", "pwd", "db_password", "DB_PASSWORD", "root password",
        "Admin password", "passphrase", "Passcode", "adminPassword", "POSTGRES_PASSWORD",
        "spring.datasource.password", "ftp-password", "wifi password",
    ),
    "key_label": (
        "api_key", "API key", "apiKey", "API_KEY", "secret", "client_secret", "CLIENT_SECRET", "access token",
        "auth_token", "aws_secret_access_key", "signing key", "private_key", "encryptionKey", "token",
        "STRIPE_SECRET", "webhook secret", "x-api-key", "refresh_token", "SECRET_KEY", "master key",
        "consumer_secret", "session_secret", "bot token",
    ),
    "foreign": (
        "Passwort", "Kennwort", "Mot de passe", "mot de passe", "Contraseña", "contraseña", "Clave", "Senha", "senha",
        "Wachtwoord", "Hasło", "Heslo", "Lösenord", "Adgangskode", "Passord", "Salasana", "Parola", "Şifre", "Пароль",
        "пароль", "密码", "密碼", "パスワード", "비밀번호", "كلمة المرور", "סיסמה", "Mật khẩu", "Kata sandi",
        "Κωδικός", "Jelszó", "Parole", "पासवर्ड", "รหัสผ่าน",
    ),
    "service": (
        "Datadog", "Cloudflare", "Okta", "Twilio", "Algolia", "Fastly", "Cohere", "Mailjet", "Zendesk", "Bitbucket",
        "Auth0",
    ),
}  # fmt: skip

ASSIGNMENTS: Mapping[str, Sequence[str]] = {
    "password assignments": (
        "{label}: {weak_password}", "{label}={weak_password}", "{label} = '{weak_password}'",
        '{label}: "{weak_password}"', "{label} is {weak_password}", "{label} -> {weak_password}",
        "{label} := {weak_password}", "The {label} is {weak_password}, ask Wen.", "| {label} | {weak_password} |",
        "**{label}:** {weak_password}", "{label}: `{weak_password}`", "- {label}: {weak_password}",
        '{{"{label}": "{weak_password}"}}', "'{label}' => '{weak_password}'", "export {label}={weak_password}",
        "{label}:{weak_password}", "user: ops {label}: {weak_password}", "<password>{weak_password}</password>",
        '<add key="Password" value="{weak_password}" />', "ENV DB_PASSWORD {weak_password}",
        "{label} was {weak_password} until Monday", "login ops / {label} {weak_password}!",
        "username: ops\npassword: {weak_password}\nhost: db", "{label} (old): {weak_password}",
        "{label}（{weak_password}）：{weak_password}", "new {label} → {weak_password}", "{label} – {weak_password}",
        "{label}\n{weak_password}", "{label}:\n  {weak_password}",
    ),
    "passwords in other languages": (
        "{foreign}: {weak_password}", "{foreign}={weak_password}", "{foreign} = {weak_password}",
        "{foreign}：{weak_password}", "| {foreign} | {weak_password} |", "**{foreign}**: {weak_password}",
        '"{foreign}": "{weak_password}"', "{foreign}:{weak_password}",
    ),
    "key assignments": (
        "{key_label}: {key}", "{key_label}={key}", '{key_label} = "{key}"', "{key_label}: '{key}'",
        '"{key_label}": "{key}"', "{key_label} is {key}", "| {key_label} | {key} |", "**{key_label}**: `{key}`",
        "export {key_label}={key}", "- {key_label}: {key}", "<{key_label}>{key}</{key_label}>", "?{key_label}={key}",
        "{key_label} -> {key}", "Header: X-{key_label}: {key}", "{key_label}:\n{key}",
    ),
    "random text near a word": (
        "{service} API key <hex32>", "{service} token {key} since Monday", "The new secret for {service} is {key}.",
        "rotated the secret ({key})", "DD_API_KEY=<hex32>", "{service} credentials: {key}",
        "old key {key}, new key {key}", "use {key} as the bearer token", "OKTA_TOKEN=00<url40>",
        "HEROKU_API_KEY=<uuid1>", "{service} auth: {key}", "PAGERDUTY_TOKEN=u+<an18>",
        "token for {service}:\n\n    {key}\n", "{service} login ops with <an5>#<an5>!<an4>",
    ),
    "random text alone": (
        "<an32>", "<an40>", "<an64>", "<bsf43>=", "<hex64>", "<hex32>", "<url43>", "<bsf86>==", "<an5>#<an4>!<an5>$",
        "<hex48>", "<an24>",
    ),
}  # fmt: skip
