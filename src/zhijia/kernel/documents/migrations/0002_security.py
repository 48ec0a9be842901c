"""Who may see which letter, and that an issued one never changes: in the database, for queries that forget it."""

from django.db import migrations

from zhijia.kernel.base.database import STAFF, WORKER
from zhijia.kernel.base.operations import grant, protect

PERSON = "current_setting('zhijia.person')::bigint"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
OF_LETTER = "EXISTS (SELECT 1 FROM documents_letter l WHERE l.id = letter_id)"
FROZEN = (
    "case_id", "kind", "org_id", "number", "year", "serial", "title", "addressee", "text", "facts", "free", "content",
    "digest", "public", "replaces_id", "drafted_at", "drafted_by_id", "issued_at", "issued_by_id",
)  # fmt: skip

TRIGGERS = f"""
CREATE FUNCTION documents_letter_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.issued_at IS NOT NULL AND ({", ".join(f"NEW.{c}" for c in FROZEN)})
      IS DISTINCT FROM ({", ".join(f"OLD.{c}" for c in FROZEN)}) THEN
    RAISE EXCEPTION 'an issued letter never changes: draft a correction';
  END IF;
  IF OLD.sha256 <> '' AND NEW.sha256 <> OLD.sha256 THEN
    RAISE EXCEPTION 'the PDF of an issued letter never changes';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER documents_letter_frozen BEFORE UPDATE ON documents_letter
  FOR EACH ROW EXECUTE FUNCTION documents_letter_frozen();
CREATE FUNCTION documents_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line documents_line := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
  -- Only the owner deletes: when the whole case goes, after the time for which it is kept.
  IF (TG_OP <> 'DELETE' OR current_user IN ('{STAFF}', '{WORKER}'))
      AND EXISTS (SELECT 1 FROM documents_letter l WHERE l.id = line.letter_id AND l.issued_at IS NOT NULL) THEN
    RAISE EXCEPTION 'an issued letter never changes: draft a correction';
  END IF;
  RETURN line;
END $$;
CREATE TRIGGER documents_line_frozen BEFORE INSERT OR UPDATE OR DELETE ON documents_line
  FOR EACH ROW EXECUTE FUNCTION documents_line_frozen();
"""
BACK = """
DROP TRIGGER documents_letter_frozen ON documents_letter;
DROP TRIGGER documents_line_frozen ON documents_line;
DROP FUNCTION documents_letter_frozen;
DROP FUNCTION documents_line_frozen;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("cases", "0003_narrow")]
    operations = [
        grant("documents_letter", staff="SELECT, INSERT, UPDATE", worker="SELECT"),
        protect(
            "documents_letter",
            staff=OF_CASE,
            worker=f"public AND issued_at IS NOT NULL AND state <> 'withdrawn' AND {OF_CASE}",
        ),
        grant("documents_line", staff="SELECT, INSERT, DELETE", worker="SELECT"),
        protect("documents_line", staff=OF_LETTER, worker=f"person_id = {PERSON} AND {OF_LETTER}"),
        grant("documents_counter", staff="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(TRIGGERS, BACK),
    ]
