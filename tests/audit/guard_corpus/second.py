"""More sentences of both kinds, written apart from the first ones to find what those had not shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

VALUES: Mapping[str, Sequence[str]] = {
    "passwords": (
        "For the staging database use {weak_password} as password", "Zugang: ops, Passwort {weak_password}",
        "pw: {weak_password}", "creds = ops:{weak_password}", "username ops, password {weak_password}",
        "DB_PASS: {weak_password}", "the old password ({weak_password}) still works",
        "root/{weak_password} on the bastion, change the password", "PASSWORD\t{weak_password}",
        'password="{weak_password}" # prod', "login: ops\npassword: {weak_password}",
        "{{'user': 'ops', 'password': '{weak_password}'}}", "The passphrase of the backup is {weak_password}.",
        "REDIS_PASSWORD = {weak_password}", "SMTP_PASS={weak_password}",
    ),
    "keys": (
        "Datadog\napi key: <hex32>\napp key: <hex40>", "STRIPE_WEBHOOK_SECRET={key}", "  apiKey: {key}",
        "token {key}", "Use this token: {key}", "secret = {key};", "appsecret={key}&x=1", 'AUTH_TOKEN: "{key}"',
        "Wen sent me the key: {key}", "JWT_SECRET={key}", '"clientSecret" : "{key}",', "x-api-key: {key}",
        "encryption key (base64): <bsf43>=", "our private key is {key}", "credentials: <an20>:<an40>",
    ),
}  # fmt: skip

ORDINARY: Mapping[str, Sequence[str]] = {
    "sentences": (
        "When this password changes, {consumer} must be restarted within ten minutes.",
        "Nobody knows who made this token; {who} will find out.",
        "The vendor sends the new key by post, allow two weeks.",
        "Do not rotate on a Friday, {consumer} cannot cope.", "Key is tied to IP 10.0.3.7; tell networking first.",
        "Please ask {who} for access; the secret itself lives in {path}.",
        "We keep two keys so that one can be changed while the other serves.",
        "Old password kept for 24h as fallback, then revoked.",
        "Credential shared by three teams: {consumer}, {consumer}, {consumer}.",
        "Was called STRIPE_SK before {date}.", 'password authentication failed for user "app_rw"',
        "Token introspection endpoint: /oauth2/introspect", "secret rotated: yes, verified: yes, old one revoked: no",
        "Passwords: 3, tokens: 12, keys: 7", "Secret scanning found nothing in {commit}.",
        "This key opens the door to {consumer} as well.", "the API key expires {date}; renewal takes 5 days",
        "Bearer tokens are cached for 300 seconds", "Key custodians: {who} and {who}", "key=prod, value=see vault",
        "api key is rotated automatically by AWS Lambda", "No password login; only keys.", "token type: Bearer",
        "SSH key comment: ops@bastion-2026", "password is auto-generated", "Basic auth only in staging",
        "Auth token rotates hourly (IRSA)", "Secret versions: AWSCURRENT, AWSPREVIOUS",
        "password for {consumer}, not for humans", "Key rotation checklist v3.2", "token: none", "secret: n/a",
        "password - unknown", "Password: unknown, reset via {who}", "API token owner = {who}",
        "key algorithm ECDSA_P256", "Password store: pass (gpg), repo git@git.example.org:ops/pass.git",
        "Secrets Manager ARN suffix is random: stripe-<an6>", "password policy NIST 800-63B",
        "credentials:read scope", "secret sharing (Shamir, 3 of 5)", "key escrow with {who}",
        "the tokenizer of {consumer}", "keyboard-interactive login",
    ),
    "facts": (
        "deployment web-<hex10>-<lo5> uses it", "pod stripe-worker-<dig1>", "release 2026.07.<dig2>-<hex7>",
        "SHA-256 of the file: <hex64>", "git tag v<nz1>.<dig2>.<dig1> at <hex40>", "CVE-2026-<nz5>", "KB<nz7>",
        "subscription <uuid1>", "object id <uuid1> (secret expires in 2027)", "correlation-id=<uuid1>",
        "terraform-<nz14>00000001", "arn:aws:ssm:eu-west-1:<nz12>:parameter/prod/db/password",
        "secretsmanager:GetSecretValue", "mac 3c:22:fb:<hex2>:<hex2>:<hex2>", "IBAN DE89 3704 0044 0532 0130 00",
        "VAT DE<nz9>", "order PO-<nz6>/2026", "contract no. NW-2026-<nz5>",
        "Cert CN=*.northwind.example, serial <hex32>", "thumbprint <hup40>",
        "S3 key exports/2026/07/14/part-<dig5>-<uuid1>.parquet", "zone Z<up13>", "distribution E<up13>",
        "hosted on ip-10-<dig2>-<dig1>-7", "channel C0<up9>",
        "https://linear.app/northwind/issue/SEC-<nz3>/rotate-the-api-key",
        "https://www.dropbox.com/scl/fi/<lo21>/plan.pdf?rlkey=x", "slack://user?team=T0<up8>&id=U0<up9>",
        "session 2026-07-14T10:00:00+02:00/PT2H",
        "db-instance prod-billing-01.c<lo11>.eu-central-1.rds.amazonaws.com", "OID 1.3.6.1.4.1.311.20.2.3",
        "BIC COBADEFFXXX", "phone (030) 90 18 20 - 7", "licence MIT, SPDX-License-Identifier: MIT",
        "mime application/vnd.openxmlformats-officedocument.wordprocessingml.document", "ISBN 978-3-16-148410-0",
        "chart bitnami/postgresql-15.5.<dig2>", "<nz4>-<dig2>-<dig2>",
    ),
    "mixed languages": (
        "Geheimnis liegt im Tresor; Passwort ändert {who}", "Passwort-Richtlinie: mind. 16 Zeichen",
        "Nouveau jeton demandé le {date}", "mot de passe changé par {who}", "Rotación de la clave cada {days} días",
        "clave: la tiene {who}", "Chiave ruotata il {date}", "la password è nel vault", "password: nel vault",
        "Senha trocada em {date} ({ticket})", "Token vervangen op {date}", "Klucz API wymieniony {date}",
        "Токен отозван {date}", "Пароль: у {who}", "密钥由{who}保管", "パスワード変更済み {date}",
        "암호 변경: {date}", "Anahtar {date} tarihinde değişti", "Nøgle skiftet {date}",
        "Nyckeln byts var {days}:e dag", "avain vaihdettu {date}", "κλειδί: {who}", "המפתח אצל {who}",
    ),
}  # fmt: skip
