"""The `zhijia` command. Each module named in COMMANDS registers its own commands and imports nothing heavy before one
of them runs, so that --help answers at once."""

import sys
from importlib import import_module
from importlib.util import find_spec

import typer

from zhijia.kernel.base.errors import ZhijiaError

from .words import _

COMMANDS = [
    "serve", "check", "backup", "audit", "intake", "docs", "explain", "simulate", "new_module", "openapi", "partner",
    "provider", "calendar", "counters", "keys", "retention", "files", "texts", "tasks", "drill", "doctor",
    "orgs", "posts", "whitepaper", "statistics", "casework", "mcp",
]  # fmt: skip

app = typer.Typer(
    name="zhijia",
    help=_("Zhijia 职家: one platform for all the work of a trade union for its members."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its help pages take half a second to import
)
for name in COMMANDS:
    if find_spec(f"{__package__}.{name}"):
        import_module(f"{__package__}.{name}").register(app)


def main() -> None:
    """Run one command; what the operator must mend is one sentence on stderr and exit code 1."""
    try:
        app(prog_name="zhijia")
    except ZhijiaError as error:
        print(f"✗ {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
