"""What a letter says is sealed. An issued one still never changes: its words may only be sealed anew, under newer keys,
by the owner of the database; that they are the same words, its digest shows."""

from django.db import migrations

from zhijia.kernel.base.database import STAFF, WORKER
from zhijia.kernel.cases.protected import purpose_of
from zhijia.kernel.people.seal_column import Rewrite, SealColumn

SEALED = ("facts", "free", "content")
FROZEN = (
    "case_id", "kind", "org_id", "number", "year", "serial", "title", "addressee", "text", "digest", "public",
    "replaces_id", "drafted_at", "drafted_by_id", "issued_at", "issued_by_id",
)  # fmt: skip
OWNER_SEALS = f"current_setting('zhijia.resealing', true) = '1' AND current_user NOT IN ('{STAFF}', '{WORKER}')"


def differ(columns: tuple[str, ...]) -> str:
    return f"({', '.join(f'NEW.{c}' for c in columns)}) IS DISTINCT FROM ({', '.join(f'OLD.{c}' for c in columns)})"


TRIGGERS = f"""
CREATE OR REPLACE FUNCTION documents_letter_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.issued_at IS NOT NULL AND ({differ(FROZEN)} OR ({differ(SEALED)} AND NOT coalesce({OWNER_SEALS}, false))) THEN
    RAISE EXCEPTION 'an issued letter never changes: draft a correction';
  END IF;
  IF OLD.sha256 <> '' AND NEW.sha256 <> OLD.sha256 THEN
    RAISE EXCEPTION 'the PDF of an issued letter never changes';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION documents_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line documents_line := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
  -- Only the owner deletes: when the whole case goes, after the time for which it is kept.
  IF (TG_OP <> 'DELETE' OR current_user IN ('{STAFF}', '{WORKER}'))
      AND NOT (TG_OP = 'UPDATE' AND coalesce({OWNER_SEALS}, false))
      AND EXISTS (SELECT 1 FROM documents_letter l WHERE l.id = line.letter_id AND l.issued_at IS NOT NULL) THEN
    RAISE EXCEPTION 'an issued letter never changes: draft a correction';
  END IF;
  RETURN line;
END $$;
"""
OF_CASE = "SELECT c.service || '/' || c.category FROM cases_case c WHERE c.id = t.case_id"
OF_LETTER = (
    "SELECT c.service || '/' || c.category FROM documents_letter l JOIN cases_case c ON c.id = l.case_id "
    "WHERE l.id = t.letter_id"
)


def purpose(about: str) -> str:
    service, _slash, category = about.partition("/")
    return purpose_of(service, category)


def letter(name: str, empty: str = "") -> SealColumn:
    return SealColumn("Letter", name, row=("case_id", "kind"), purpose=purpose, about=OF_CASE, empty=empty)


class Migration(migrations.Migration):
    atomic = False  # batch by batch: an interrupted run is gone on with
    dependencies = [("documents", "0003_confined"), ("people", "0004_secrets")]
    operations = [
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        letter("facts", "{}"),
        letter("content", "{}"),
        *(letter(name) for name in ("free", "proof", "answer", "reason")),
        SealColumn("Line", "cells", row=("letter_id", "place"), purpose=purpose, about=OF_LETTER, empty="[]"),
        Rewrite("documents_letter", "documents_line"),
    ]
