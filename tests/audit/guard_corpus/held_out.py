"""Sentences that were measured before any rule was changed because of them; see docs/decisions for what they showed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

VALUES: Mapping[str, Sequence[str]] = {
    "passwords": (
        "Please reset ops, the password was {weak_password}", "db user billing / pw {weak_password}",
        "Password for the printer: {weak_password}", "admin:{weak_password} (password)",
        "connect with user=app password={weak_password}", "passwd={weak_password};",
        "<Password>{weak_password}</Password>", "Kennwort: {weak_password} (gilt bis Montag)",
        "le mot de passe est {weak_password}", "| root | password | {weak_password} |", "PW = {weak_password}",
        "MYSQL_ROOT_PASSWORD: {weak_password}", "spring.datasource.password={weak_password}",
        '$password = "{weak_password}";', "password => {weak_password}",
    ),
    "keys": (
        "api-key: {key}", "ClientSecret={key}", "new token: {key} (old one revoked)", "export OPENAI_TOKEN={key}",
        "secret_key: {key}", '"token":"{key}"', "auth key = {key}", "Key: {key}", "AccessToken {key}",
        "sentry auth token {key}", "{key} is the new API key", "here is the secret\n{key}", "token: |\n  {key}",
        "private key {key}", "signing secret - {key}",
    ),
}  # fmt: skip

ORDINARY: Mapping[str, Sequence[str]] = {
    "register prose": (
        "We lost the key for {consumer} twice this year.", "{who} says the secret may be shared with the auditors.",
        "Rotation took 20 minutes; {consumer} was down for 40 seconds.",
        "Two-person rule: {who} and {who} hold one half each.", "The token only works from the office network.",
        "password changed on {date}, next in {days} days", "No owner since {who} left. Suggest {who}.",
        "Customer-facing: tell support before you rotate.",
        "Waived until {date}: vendor cannot rotate before release 9.2",
        "Reads only the bucket northwind-prod-eu, key prefix exports/",
        "This is the break-glass password; it lies in an envelope in the safe.", "Password known to {who} only",
        "Tokens are minted per build and live for {days} minutes.",
        "The API key has no expiry, so we set one: {date}.", "Key usage: digitalSignature, keyEncipherment",
        "Backup owner: {who}. Team: DevOps. Secret: {name}.",
        "If the key is wrong, {consumer} answers 401 and pages us.", "Secret was never used in staging",
        "Token v1 retired, token v2 active", "Key 1 of 2, see also {name}", "password-less since {date} (IAM auth)",
        "Renamed from STRIPE_KEY to {name}", "Old key: revoked {date}. New key: active.",
        "token scopes: chat:write, users:read", "the secret has 3 consumers: {consumer}, {consumer} and {consumer}",
        "Type: API Keys; interval: {days}; team: Platform", "credential rotation dry run OK ({ticket})",
        "Keys rotate Tue 03:00 UTC", "password=required for sudo", "Secret must match regex ^[a-z]+$",
        "api_key query parameter is deprecated; use the header", "session token TTL = 8h", "KMS key alias/prod-rds",
        "SSO login, no password stored", "Password vault export dated {date}", "access key age: 214 days",
        "secret name must be lower case", "token bucket limiter: 100 r/s", "key/value store v2",
        "Public key pinned in app 5.4.1", "passcode policy for phones: 6 digits",
    ),
    "technical": (
        "helm upgrade shop ./chart --set image.tag=2026.07.14-<hex7>", "docker pull ghcr.io/northwind/web:sha-<hex7>",
        "gs://northwind-exports/2026/07/14/", "projects/<nz12>/serviceAccounts/web@northwind.iam.gserviceaccount.com",
        "ssh://git@git.example.org:2222/infra/secrets.git", "ldap://ldap.example.org:389/dc=northwind,dc=example",
        "/subscriptions/<uuid1>/resourceGroups/prod/providers/Microsoft.KeyVault/vaults/nw-kv", "AROA<up17>",
        "eni-0<hex16>", "cert serial 0<hex31>",
        "X509v3 Subject Key Identifier: <hup2>:<hup2>:<hup2>:<hup2>:<hup2>:<hup2>", "git diff <hex7>..<hex7>",
        "merge base <hex40>", "blob <hex40> 100644", "Nomad alloc <hex8>", "consul lock session <uuid1>",
        "trace-id: 00-<hex32>-<hex16>-01", "integrity sha384-<bsf64>",
        'psql: error: connection to server at "10.0.3.7", port 5432 failed',
        "Traceback (most recent call last): KeyError: 'STRIPE_SECRET'",
        'HTTP/1.1 401 Unauthorized, WWW-Authenticate: Bearer realm="api"',
        '{{"owner": "wen", "rotation_days": {days}}}', "owner = wen; interval = {days}",
        "aws sts assume-role --role-arn arn:aws:iam::<nz12>:role/ops", "vault token lookup -accessor <an24>",
        "vault lease secret/creds/app/<an24>", "gpg --recv-keys 0x<hup16>", "dig TXT _acme-challenge.example.org",
        "openssl x509 -noout -fingerprint -sha256 -in web.pem", "make demo PORT=8123",
        "0 3 * * 1 /usr/local/bin/rotate-keys --dry-run", "Order <up3>-<nz6>-<up2>",
        "kubectl -n shop get secret stripe -o yaml", "kubectl create secret generic stripe --from-file=./key",
        "ansible-vault view group_vars/prod/secrets.yml", "sops -d secrets.enc.yaml",
        "terraform import aws_kms_key.tokens <uuid1>", "SecretsManagerSecretTargetAttachment",
        "AWS::SecretsManager::RotationSchedule", "rotate_immediately_on_update=false",
    ),
    "people and places": (
        "Dr. Ngọc-Anh Trần", "Łukasz Żółć", "Siobhán Ní Bhriain", "田中 太郎", "Nguyễn Văn A", "محمد علي",
        "+81 3-1234-5678", "0049 (0)30 / 901820", "room B-2.14, safe no. 3", "On call: week 29 {who}, week 30 {who}",
        "{who} (she/her), UTC+1", "Slack: #rotation-2026, DM @wen.li", "wen.li+alerts@northwind.example",
        "Out until {date}; ask {who}", "Head of Platform Engineering & Security",
        "c/o Northwind GmbH, Torstraße 1, 10119 Berlin", "P.O. Box 4711", "Team Ω", "M. O’Neill-García",
        "Security Lead (acting)",
    ),
    "further languages": (
        "Das Kennwort kennt nur {who}; Wechsel alle {days} Tage.", "Schlüsselwechsel {date} erledigt, siehe {ticket}",
        "Zugangsdaten im Tresor, nicht per E-Mail", "La clé est stockée dans {path}", "Le secret expire le {date}",
        "Contraseña: la conoce {who}", "clave privada en el HSM", "Segredo guardado em {path}",
        "Wachtwoord ligt in de kluis bij {who}", "Hasło: zna {who}", "Смена пароля: {date}", "Ключ хранится в {path}",
        "密码：见保险库", "密钥每{days}天轮换", "パスワード：保管庫を参照", "鍵は{who}が管理", "비밀번호: 금고 참조",
        "Lösenordet byts {date}", "Adgangskode: se boksen", "Salasana vaihdettiin {date}",
        "Şifre {days} günde bir değişir", "Jelszó: lásd a széfben", "Parola: în seif",
    ),
}  # fmt: skip
