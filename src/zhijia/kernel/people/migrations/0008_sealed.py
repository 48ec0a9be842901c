"""Names, masked numbers and wishes of persons are sealed; a worker's account does not repeat the person's name."""

from django.db import migrations

from zhijia.kernel.people.seal_column import Rewrite, SealColumn

ONCE = """
UPDATE people_account a SET name = '' WHERE a.person_id IS NOT NULL AND NOT a.is_partner
AND NOT EXISTS (SELECT 1 FROM people_post p WHERE p.account_id = a.id)
"""


class Migration(migrations.Migration):
    atomic = False  # batch by batch: an interrupted run is gone on with
    dependencies = [("people", "0007_administration")]
    operations = [
        *(SealColumn("Person", name, purpose="name") for name in ("name", "phone_masked", "id_masked", "bank_masked")),
        *(
            SealColumn("SafeContact", name, purpose="name", row=("person_id",), key="person_id")
            for name in ("number_masked", "note")
        ),
        migrations.RunSQL(ONCE, migrations.RunSQL.noop),
        Rewrite("people_person", "people_safecontact", "people_account"),
    ]
