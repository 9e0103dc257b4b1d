"""Values in the forms of files, addresses and commands: private keys, connection strings, password files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WORDS: Mapping[str, Sequence[str]] = {
    "password": (
        "<al4><dig3>!<al3>", "<an12>", "<an16>", "<an8>%40<an4>", "<al5>%21<dig4>", "<an20>", "S<lo6>9#<al2>",
        "<al3>-<dig3>-<an6>", "horse<dig4>Staple", "Winter<dig4>!", "<an5>$<an5>", "<an6>^<an6>", "<lo10>", "<hex24>",
        "p4ss<an3>w0rd", "<url22>",
    ),
    "user": (
        "app", "ops", "root", "sa", "admin", "billing_rw", "svc-web", "postgres", "web.user",
    ),
    "host": (
        "db.example.org", "10.0.3.7", "postgres", "db-1.northwind.example", "localhost", "[2001:db8::1]",
    ),
    "name": (
        "app", "billing", "web", "orders", "metrics",
    ),
    "scheme": (
        "postgres", "postgresql", "mysql", "mariadb", "mongodb", "mongodb+srv", "redis", "rediss", "amqp", "amqps",
        "https", "http", "ftp", "sftp", "smtp", "smtps", "ldap", "ldaps", "mssql", "sqlserver", "oracle",
        "clickhouse", "nats", "mqtt", "mqtts", "cockroachdb", "snowflake", "neo4j", "bolt", "elasticsearch", "kafka",
        "postgresql+asyncpg", "mysql+pymysql", "imap", "imaps", "socks5", "git", "ssh", "vnc", "rtsp", "couchbase",
        "influxdb", "memcached", "db2",
    ),
    "kind": (
        "RSA ", "EC ", "OPENSSH ", "DSA ", "", "ENCRYPTED ",
    ),
    "block": (
        "MII<bsf60>\\n<bsf64>", "MII<bsf60>\n<bsf64>\n<bsf30>==", "b3BlbnNzaC1rZXktdjEA<bsf40>\n<bsf70>",
    ),
}  # fmt: skip

STRUCTURES: Mapping[str, Sequence[str]] = {
    "private keys": (
        "-----BEGIN {kind}PRIVATE KEY-----\n{block}\n-----END {kind}PRIVATE KEY-----",
        "key: |\n  -----BEGIN {kind}PRIVATE KEY-----\n  {block}\n  -----END {kind}PRIVATE KEY-----",
        '{{"private_key": "-----BEGIN PRIVATE KEY-----\\nMII<bsf60>\\n-----END PRIVATE KEY-----\\n"}}',
        "> -----BEGIN {kind}PRIVATE KEY-----\n> {block}", "-----BEGIN {kind}PRIVATE KEY----- {block}",
        "-----BEGIN {kind}PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,<hup32>\n\n<bsf64>",
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\nlQOY<bsf60>\n=<bsf4>\n-----END PGP PRIVATE "
         "KEY BLOCK-----"),
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlFgE<bsf60>\n<bsf64>",
        '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: "rsa-key"\n<bsf64>',
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC<bsf60>\n<bsf64>", "MIIEpAIBAAKCAQEA<bsf48>\n<bsf64>", "MHcCAQEEI<bsf60>",
        "MC4CAQAwBQYDK2VwBCIEI<bsf43>", "b3BlbnNzaC1rZXktdjEAAAAA<bsf60>",
        "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: ops", "PuTTY-User-Key-File-2: ssh-rsa",
        '{{"kty": "EC", "crv": "P-256", "d": "<url43>", "x": "<url43>"}}',
        '{{"kty":"RSA","n":"<url342>","d":"<url342>"}}',
        "<RSAKeyValue><Modulus><bsf171>=</Modulus><D><bsf171>=</D></RSAKeyValue>",
        "[Interface]\nPrivateKey = <bsf43>=\nAddress = 10.0.0.2/24", "PresharedKey = <bsf43>=",
    ),
    "addresses with passwords": (
        "{scheme}://{user}:{password}@{host}/{name}",
        "{scheme}://{user}:{password}@{host}:5432/{name}?sslmode=require",
        "DATABASE_URL={scheme}://{user}:{password}@{host}:5432/{name}", "`{scheme}://{user}:{password}@{host}`",
        "The workers read {scheme}://{user}:{password}@{host}/0 at start.", "{scheme}://:{password}@{host}:6379/0",
        "| {name} | {scheme}://{user}:{password}@{host} | 90 days |",
        "git clone https://{user}:{password}@git.example.org/a/b.git",
        'url: "{scheme}://{user}:{password}@{host}/{name}"', "<{scheme}://{user}:{password}@{host}/>",
        "jdbc:postgresql://{host}/{name}?user={user}&password={password}",
        "jdbc:mysql://{host}:3306/{name}?user={user}&password={password}",
        "jdbc:sqlserver://{host}:1433;databaseName={name};user={user};password={password};",
        "jdbc:oracle:thin:{user}/{password}@{host}:1521:{name}",
        "https://{host}/login?user={user}&password={password}",
    ),
    "connection strings": (
        "Server={host};Database={name};User Id={user};Password={password};",
        "Data Source={host};Initial Catalog={name};User ID={user};Password={password}",
        "Driver={{ODBC Driver 18 for SQL Server}};Server={host};Uid={user};Pwd={password};",
        "Host={host};Username={user};Password={password};Database={name}",
        "host={host} port=5432 dbname={name} user={user} password={password}",
        "user={user} password={password} host={host}", "user={user}, password={password}, host={host}",
        "DSN={name};UID={user};PWD={password}", "Server={host};Uid={user};Pwd={password};Database={name}",
        "redis:6379,password={password},ssl=True", "amqp host={host};username={user};password={password}",
    ),
    "password files": (
        "machine {host} login {user} password {password}",
        "machine api.example.org\n  login {user}\n  password {password}",
        "db.example.org:5432:{name}:{user}:{password}", "localhost:5432:*:{user}:{password}",
        "*:*:*:{user}:{password}", "{user}:$apr1$<an8>$<an22>", "{user}:$2y$10$<an53>",
        "{user}:$6$<an16>$<an86>:19000:0:99999:7:::", "{user}:{{SHA}}<bsf27>=",
        "$argon2id$v=19$m=65536,t=3,p=4$<bsf22>$<bsf43>",
    ),
    "commands with passwords": (
        "curl -u {user}:{password} https://api.example.org/v1",
        "curl --user '{user}:{password}' https://api.example.org/v1",
        "curl -X POST https://api.example.org -u {user}:{password}",
        "wget --user={user} --password=<an14> https://example.org/a",
        "curl -H 'Authorization: Bearer <an40>' https://api.example.org",
        "curl -H 'X-Api-Key: <an32>' https://api.example.org", "sshpass -p {password} ssh root@{host}",
        "mysql -u {user} -p{password} {name}", "mysqldump -h {host} -u {user} -p'{password}' {name}",
        "PGPASSWORD={password} psql -h {host} -U {user}", "redis-cli -h {host} -a {password} ping",
        "docker login -u {user} -p {password} registry.example.org",
        "openssl rsa -in key.pem -passin pass:{password}", "htpasswd -b .htpasswd {user} {password}",
        "mongosh --password <an14> {host}", "az login --service-principal -u {user} --password <an20>",
        "export AWS_SECRET_ACCESS_KEY=<bsf40>", "set DB_PASSWORD={password}", "vault login s.<an24>",
        "aws configure set aws_secret_access_key <bsf40>", "Authorization: Bearer <url48>",
        "Authorization: Basic <basic14>", 'curl -H "Authorization: Basic <basic9>" https://api.example.org',
        "mysql --user={user} --password={password}",
    ),
}  # fmt: skip
