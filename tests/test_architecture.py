"""The rules of the house that can be read off the files: floors, sizes, words that documents promise."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.db.migrations.loader import MigrationLoader

from audit.tracked import Tracked

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ["audit", "contacts", "inventory", "rotations", "reviews", "documents", "config"]
SOURCES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.*")) + sorted(ROOT.glob("*/templates/**/*.*"))
BESIDE = [*sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "bench").rglob("*.py"))]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

# Telemetry, derived rows and the ledger itself: nobody decides anything in them.
UNTRACKED = {
    "audit.ChangeAnswer",
    "audit.ChangeMark",
    "audit.ChangeReview",
    "audit.ChangeRow",
    "audit.ChangeSet",
    "audit.FailedSignIns",
    "audit.LedgerEntry",
    "audit.Nothing",
    "audit.Redaction",
    "audit.SealedLayout",
    "audit.Unrecorded",
    "audit.Unsealed",
    "documents.EvidencePack",
    "audit.WaitingReview",
    "rotations.Agenda",
    "rotations.AgendaLine",
    "rotations.CalendarVersion",
    "rotations.Invitation",
    "rotations.Reminder",
    "rotations.ReminderGap",
    "rotations.ReminderMessage",
    "rotations.ReminderRun",
}
# Modules that may ask which day it is: what answers a request or a command.
CLOCK = re.compile(r"(views|feeds|context|commands|\w*pages|admin)\.py$|/(admin|templatetags|management/commands)/")
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:", re.IGNORECASE)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def modules_imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_an_app_imports_only_from_floors_below_it(path: Path) -> None:
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])

    above = {module for module in modules_imported(code_of(path)) if module.split(".")[0] in FLOORS[floor + 1 :]}

    assert above - {"config.environment", "config.logging"} == set()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_app_is_imported_inside_a_function(path: Path) -> None:
    functions = [node for node in ast.walk(code_of(path)) if isinstance(node, ast.FunctionDef)]

    inside = {
        f"{function.name}: {module}"
        for function in functions
        if not (path.name == "apps.py" and function.name == "ready")
        for module in modules_imported(function)
        if module.split(".")[0] in FLOORS
    }

    assert inside == set()


def test_floors_depend_on_lower_migrations_only() -> None:
    nodes = MigrationLoader(None).disk_migrations

    upward = {
        f"{app}.{name} needs {needed}"
        for (app, name), migration in nodes.items()
        if app in FLOORS
        for needed, _ in migration.dependencies
        if needed in FLOORS and FLOORS.index(needed) > FLOORS.index(app)
    }

    assert upward == set()


def test_every_migration_has_a_reverse() -> None:
    nodes = MigrationLoader(None).disk_migrations

    one_way = {
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in nodes.items()
        if app in FLOORS
        for operation in migration.operations
        if not operation.reversible
    }

    assert one_way == set()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_only_what_answers_somebody_reads_the_clock(path: Path) -> None:
    calls = [node for node in ast.walk(code_of(path)) if isinstance(node, ast.Call) and not node.args]

    asked = {ast.unparse(call.func) for call in calls} & {"timezone.localdate", "localdate", "date.today"}

    assert CLOCK.search(name_of(path)) or asked == set()


def test_every_model_without_history_is_on_the_list() -> None:
    models = [model for app in FLOORS if apps.is_installed(app) for model in apps.get_app_config(app).get_models()]

    untracked = {model._meta.label for model in models if not issubclass(model, Tracked)}
    history = {model.history.model._meta.label for model in models if issubclass(model, Tracked)}

    assert untracked - history == UNTRACKED


@pytest.mark.parametrize(
    "path",
    [path for path in (*SOURCES, *TEMPLATES, *BESIDE) if path.parent.name != "migrations"],
    ids=name_of,
)
def test_no_file_is_too_long_to_read(path: Path) -> None:
    lines = path.read_bytes().count(b"\n")

    assert lines <= 300


@pytest.mark.parametrize("path", sorted((ROOT / "static").glob("*.[cj]s*")), ids=name_of)
def test_styles_and_scripts_are_small(path: Path) -> None:
    assert path.stat().st_size < 32_000


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_holds_no_style_and_no_script(path: Path) -> None:
    assert INLINE.findall(path.read_text()) == []


def settings_read() -> set[str]:
    calls = [
        node
        for path in (ROOT / "config" / "settings.py", ROOT / "config" / "environment.py")
        for node in ast.walk(code_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("env.", "_env."))
    ]
    first = [call.args[0] for call in calls if call.args]
    return {argument.value for argument in first if isinstance(argument, ast.Constant)}


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))

    assert documented == settings_read()


def own_commands() -> set[str]:
    return {name for name, app in get_commands().items() if app in FLOORS}


def test_every_command_is_documented() -> None:
    words = "\n".join(path.read_text() for path in DOCUMENTS)

    assert {name for name in own_commands() if not re.search(rf"\b{name}\b", words)} == set()


def test_every_command_that_is_documented_exists() -> None:
    words = "\n".join(path.read_text() for path in DOCUMENTS)

    assert set(re.findall(r"manage\.py ([a-z_]+)", words)) <= set(get_commands())
