"""Who reads and writes what of legal aid. A worker sees when their lawyer worked on the case, and not the notes; hours
and ties have no grants, the platform answers for them."""

from django.db import migrations

from zhijia.kernel.base.operations import confine_to_case, grant, protect

OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
TABLES = ("facts", "act", "work", "review", "visit")


class Migration(migrations.Migration):
    dependencies = [("legal_aid", "0001_initial"), ("cases", "0013_sittings")]
    operations = [
        grant("legal_aid_facts", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        grant("legal_aid_visit", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        grant("legal_aid_act", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT"),
        grant(
            "legal_aid_work",
            staff="SELECT, INSERT, UPDATE",
            worker="SELECT (id, case_id, no, day, work, minutes, struck)",
        ),
        grant("legal_aid_review", staff="SELECT, INSERT"),
        *(protect(f"legal_aid_{table}", staff=OF_CASE, worker=OF_CASE) for table in TABLES),
        *confine_to_case(*(f"legal_aid_{table}" for table in TABLES)),
    ]
