# Two commands matter: `make demo` and `make test`. Nothing outside this folder and /tmp is touched.

PORT ?= 8000
HOST ?= 127.0.0.1
# One more than there are processors, for some tests wait; more than four wait for each other. A server is at work, too,
# beside the tests on it.
PROCESSORS := $(shell nproc 2>/dev/null || echo 2)
JOBS ?= $(shell n=$(PROCESSORS); echo $$((n > 3 ? 4 : n + 1)))
SERVER_JOBS ?= $(shell n=$(PROCESSORS); echo $$((n > 4 ? 4 : n)))
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))

export UV_CACHE_DIR := $(CURDIR)/var/cache/uv
export PIP_CACHE_DIR := $(CURDIR)/var/cache/pip
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

BIN := .venv/bin
RUN := $(BIN)/python
MANAGE := $(RUN) manage.py
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	--custom-compile-command "make lock" $(UPGRADE)

# Settings of the demo: a database and a key of its own inside this folder, no HTTPS.
DEMO_SETTINGS = ENV_FILE=/dev/null DEMO=yes HTTPS=no SECRET_KEY_FILE=$(CURDIR)/var/demo.key PLATFORM_NAME=Northwind \
	DATABASE_URL=sqlite:///$(CURDIR)/var/demo.sqlite3 SITE_URL=http://$(HOST):$(PORT) ALLOWED_HOSTS=$(HOST),localhost \
	EMAIL_URL=consolemail://
# Settings under which the code is checked: those of production, with names that lead nowhere.
CHECK_SETTINGS = ENV_FILE=/dev/null SITE_URL=https://register.invalid DATABASE_URL=sqlite:///:memory: \
	SECRET_KEY=only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG \
	AUDIT_KEY=only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-GFEDCBA

.DEFAULT_GOAL := help
.PHONY: help demo serve test test-sqlite test-postgresql check fmt bench clients stress screenshots lock install clean

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

demo: .venv/base.stamp var/demo.key ## Start a sample register at http://127.0.0.1:8000 (PORT=8123 for another port)
	@$(DEMO_SETTINGS) $(MANAGE) migrate --verbosity 0
	@$(DEMO_SETTINGS) $(MANAGE) demo
	@$(DEMO_SETTINGS) $(BIN)/gunicorn --config config/gunicorn.py --workers 1 --bind $(HOST):$(PORT) config.wsgi

serve: .venv/base.stamp ## Run your own register: DATABASE_URL, SECRET_KEY, SITE_URL … from the environment or .env
	@$(MANAGE) check --deploy
	@$(MANAGE) migrate --verbosity 1
	@$(MANAGE) check --database default --fail-level WARNING
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@$(BIN)/gunicorn --config config/gunicorn.py --bind $(HOST):$(PORT) config.wsgi

test: test-sqlite test-postgresql ## Run every test on SQLite and on PostgreSQL

test-sqlite: .venv/dev.stamp
	TEST_DATABASE=sqlite $(RUN) -m pytest -q -n $(JOBS) --dist worksteal $(ARGS)

test-postgresql: .venv/dev.stamp
	TEST_DATABASE=postgresql $(RUN) -m pytest -q -n $(SERVER_JOBS) --dist worksteal $(ARGS)

check: .venv/dev.stamp ## Lint, types, deployment checks, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(CHECK_SETTINGS) $(BIN)/mypy .
	$(CHECK_SETTINGS) $(MANAGE) check --deploy --fail-level WARNING
	$(CHECK_SETTINGS) $(MANAGE) makemigrations --check --dry-run

fmt: .venv/dev.stamp ## Format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clients: .venv/dev.stamp ## Let the calendar programs that are on this machine subscribe, and print what they do (ARGS="khal")
	$(RUN) -m tests.clients $(ARGS)

stress: .venv/dev.stamp ## Kill processes, tamper with history, let many write at once: takes an hour (ARGS="kills")
	$(RUN) -m tests.stress $(ARGS)

screenshots: .venv/dev.stamp ## Make the pictures of the README anew
	$(RUN) docs/make_screenshots.py

bench: .venv/dev.stamp ## Print how fast it is beside how fast it could be
	$(RUN) -m bench $(ARGS)

lock: .venv/dev.stamp ## Write requirements/*.txt anew from *.in (UPGRADE=--upgrade for newer versions)
	for name in base dev uv; do $(LOCK) requirements/$$name.in --output-file requirements/$$name.txt; done

install: .venv/dev.stamp ## Install everything development needs into .venv

clean: ## Remove the environment and caches; the demo's data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis staticfiles var/cache

.venv/bin/uv: requirements/uv.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found. Name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make environments:" \
		"install its venv module (Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

.venv/base.stamp: .venv/bin/uv requirements/base.txt
	@echo "Installing what the register needs …"
	@$(BIN)/uv pip install --quiet --python $(RUN) --require-hashes -r requirements/base.txt
	@touch $@

.venv/dev.stamp: .venv/base.stamp requirements/dev.txt
	@echo "Installing what development needs …"
	@$(BIN)/uv pip install --quiet --python $(RUN) --require-hashes -r requirements/dev.txt
	@touch $@

var/demo.key:
	@mkdir -p var
	@umask 077 && $(RUN) -c 'import secrets; print(secrets.token_urlsafe(64))' > $@
