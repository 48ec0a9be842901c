"""The migration step that seals: in batches, gone on with after an interruption, triggers put back."""

from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations.state import ModelState, ProjectState

from zhijia.kernel.people import seal_column, vault
from zhijia.kernel.people.seal_column import Rewrite, SealColumn

pytestmark = pytest.mark.django_db
TABLE = "people_sealing"


@pytest.fixture
def state() -> ProjectState:
    """A table of words as an older version had it, with a trigger whose condition names the column."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, kind text, words text NOT NULL)")
        cursor.execute(f"INSERT INTO {TABLE} SELECT i, 'k' || i %% 2, repeat('字', i) FROM generate_series(0, 9) i", [])
        cursor.execute("CREATE FUNCTION pg_temp.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
        cursor.execute(
            f"CREATE TRIGGER watch BEFORE UPDATE ON {TABLE} FOR EACH ROW WHEN (OLD.words IS DISTINCT FROM NEW.words) "
            "EXECUTE FUNCTION pg_temp.nothing()"
        )
    fields = [("id", models.BigIntegerField(primary_key=True)), ("words", models.TextField())]
    project = ProjectState()
    project.add_model(ModelState("people", "Sealing", fields, options={"db_table": TABLE}))
    return project


def seal(state: ProjectState) -> None:
    operation = SealColumn(
        "Sealing", "words", about="t.kind", purpose=lambda kind: "health" if kind == "k1" else "words"
    )
    after = state.clone()
    operation.state_forwards("people", after)
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("people", editor, state, after)
    assert after.models["people", "sealing"].fields["words"].deconstruct()[1] == "django.db.models.BinaryField"


def rows() -> dict[int, bytes | None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, words FROM {TABLE} ORDER BY id")
        return {key: None if value is None else bytes(value) for key, value in cursor.fetchall()}


def test_every_row_is_sealed_for_its_purpose_and_empty_is_null(
    state: ProjectState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal_column, "BATCH", 3)
    seal(state)
    found = rows()
    assert found[0] is None
    for key, value in found.items():
        if value is not None:
            purpose = "health" if key % 2 else "words"
            assert vault.open_(value, purpose=purpose, aad=f"{TABLE}.words:{key}".encode()) == "字" * key
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'watch'")
        assert cursor.fetchone()[0] == 1


def test_an_interrupted_run_is_gone_on_with_and_a_finished_one_does_nothing(
    state: ProjectState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal_column, "BATCH", 3)
    sealed, calls = vault.seal, list[str]()

    def failing(plain: str, **place: Any) -> bytes:
        calls.append(plain)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return sealed(plain, **place)

    monkeypatch.setattr(vault, "seal", failing)
    with pytest.raises(KeyboardInterrupt):
        seal(state)
    monkeypatch.setattr(vault, "seal", sealed)
    seal(state)
    before = rows()
    seal(state)
    assert rows() == before


def test_an_empty_table_is_not_rewritten(state: ProjectState) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
    with connection.schema_editor(atomic=False) as editor:  # VACUUM would fail here, inside the test's transaction
        Rewrite(TABLE).database_forwards("people", editor, state, state)
    assert rows() == {}
