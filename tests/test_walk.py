"""docs/guides/adding-a-service.md, followed to the letter in a copy of this tree: a newcomer's hour and lines."""

import difflib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs/guides/adding-a-service.md"
PART = re.compile(
    r"^`(?P<file>[^`]+)` (?P<how>becomes|gets at its end):\n\n```\w+\n(?P<text>.*?)^```$|^```sh\n(?P<run>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
MOST_LINES = 120
UNCOPIED = shutil.ignore_patterns("lost_property")
NEEDED = (
    "src",
    "tests/again.py",
    "tests/cast.py",
    "tests/conftest.py",
    "tests/__init__.py",
    "tests/contract",
    "tests/scenarios/story.py",
)
TOOL = {"ZHIJIA_TESTING": "1", "DJANGO_SETTINGS_MODULE": "zhijia.site.settings"} | {
    f"ZHIJIA_{name}": "00" * 32 for name in ("DJANGO_SECRET", "VAULT_KEY", "VOUCHER_KEY")
}


@pytest.fixture
def copy(open_path: Path) -> Iterator[Path]:
    """The tree as far as the page needs it: code and the tests' own furniture, with what is compiled of them."""
    tree = open_path / "zhijia"
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=UNCOPIED)
        elif (ROOT / name).exists():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tree / name)
    shutil.copy(ROOT / "pyproject.toml", tree)
    (tree / "docs/modules").mkdir(parents=True)
    (tree / ".venv").symlink_to(ROOT / ".venv")
    yield tree
    shutil.rmtree(tree)


def run(command: str, tree: Path, **more: str) -> str:
    """The output of one command of the page, which must succeed; its tests use the server that this one runs on."""
    outer = ("ZHIJIA_", "DJANGO_", "DATABASE_URL", "PYTEST_", "PYTHONPATH")
    env = {name: value for name, value in os.environ.items() if not name.startswith(outer)}
    server = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres"))
    env |= {"ZHIJIA_LANG": "en", "TEST_DATABASE_URL": server} | more
    done = subprocess.run(["sh", "-euc", command], cwd=tree, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def own_lines(before: str, after: str) -> int:
    """How many lines git would count as added."""
    return sum(line.startswith("+ ") for line in difflib.ndiff(before.splitlines(), after.splitlines()))


def test_newcomer_adds_a_lost_property_desk(copy: Path) -> None:
    own, seen = 0, list[str]()
    for part in PART.finditer(GUIDE.read_text("utf-8")):
        if part["run"]:
            seen += [run(command, copy) for command in part["run"].splitlines()]
            continue
        file = copy / part["file"]
        before = file.read_text("utf-8")
        after = part["text"] if part["how"] == "becomes" else f"{before}\n{part['text']}"
        file.write_text(after, "utf-8")
        own += own_lines(before, after)
    assert len(seen) == 6
    assert "1 passed" in seen[1]
    assert "passed" in seen[-1]
    assert own <= MOST_LINES

    made = {path.relative_to(copy).as_posix() for path in (copy / "docs").rglob("lost_property*")}
    assert made == {"docs/modules/lost_property.md", "docs/modules/lost_property.zh.md"}
    assert '"/api/v1/cases/lost_property"' in (copy / "docs/openapi.json").read_text("utf-8")
    migration = (copy / "src/zhijia/modules/lost_property/migrations/0001_initial.py").read_text("utf-8")
    assert 'protect("lost_property_facts", staff=OF_CASE, worker=OF_CASE)' in migration
    # It looks at all checks first, as every command does.
    run(".venv/bin/python -W ignore -m django makemigrations --check --dry-run", copy, **TOOL)
    files = "src/zhijia/modules/lost_property tests/scenarios/test_lost_property.py"
    run(f".venv/bin/python -m ruff check {files} && .venv/bin/python -m ruff format --check {files}", copy)


def test_page_names_what_is_there() -> None:
    """The places that the page sends its reader to exist."""
    for name in re.findall(r"`((?:kernel|src|docs|tests)/[\w/.]+)`", GUIDE.read_text("utf-8")):
        if "lost_property" not in name:
            assert (ROOT / name).exists() or (ROOT / "src/zhijia" / name).exists(), name
