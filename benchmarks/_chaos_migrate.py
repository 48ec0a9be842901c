"""Prepares the database of DATABASE_URL as `zhijia serve` does, until it is killed; then it is run again."""

import os


def main() -> None:
    """Apply what is left to apply."""
    from zhijia.faces.cli import freshness, prepare

    with freshness.preparing(os.environ["DATABASE_URL"]) as connection:
        prepare.migrate(connection)


if __name__ == "__main__":
    main()
