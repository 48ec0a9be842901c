import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

PROTECT, CASCADE = django.db.models.deletion.PROTECT, django.db.models.deletion.CASCADE
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
TITLES = [("title_zh", models.CharField(max_length=100)), ("title_en", models.CharField(max_length=100))]

# Tokens of partners stood in clear beside their checksums. From now on the library stores the checksum alone, and what
# is there already keeps working: it was always looked up by its checksum. Codes live for a minute: begin anew.
HASHED = """
    UPDATE oauth2_provider_accesstoken SET token = '' WHERE token <> '';
    UPDATE oauth2_provider_refreshtoken SET token = '' WHERE token <> '';
    DELETE FROM oauth2_provider_grant;
"""


class Migration(migrations.Migration):
    # No grants: the request roles reach none of these tables (see oidc_models.py).
    dependencies = [
        ("org", "0001_initial"),
        ("people", "0004_secrets"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Client",
            fields=[
                ID,
                *TITLES,
                ("client_id", models.CharField(db_collation="C", max_length=255, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("scopes", models.CharField(max_length=100)),
                ("enabled", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kind__in=["union", "public", "partner", "enterprise"]), name="people_client_kind"
                    ),
                    models.CheckConstraint(
                        condition=~Q(kind="enterprise") | Q(scopes="openid"), name="people_client_enterprise"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ID,
                ("scopes", models.CharField(max_length=100)),
                ("given_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("uses", models.IntegerField(default=0)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("account", models.ForeignKey(settings.AUTH_USER_MODEL, CASCADE, related_name="consents")),
                ("client", models.ForeignKey("people.client", PROTECT, related_name="consents")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(withdrawn_at__isnull=True), fields=("account", "client"), name="people_consent_live"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                ID,
                *TITLES,
                ("key", models.CharField(db_collation="C", max_length=30, unique=True)),
                ("issuer", models.CharField(max_length=500)),
                ("client_id", models.CharField(max_length=255)),
                ("secret_sealed", models.BinaryField(null=True)),
                ("signs_in", models.CharField(max_length=10)),
                ("reach", models.ForeignKey("org.org", PROTECT, db_index=False, null=True, related_name="+")),
                ("strong_acr", models.CharField(blank=True, max_length=500)),
                ("enabled", models.BooleanField(default=True)),
                ("from_day", models.DateField()),
                ("to_day", models.DateField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(signs_in__in=["staff", "workers"]), name="people_provider_signs_in"
                    ),
                    models.CheckConstraint(
                        condition=Q(signs_in="staff", reach__isnull=False) | Q(signs_in="workers", reach__isnull=True),
                        name="people_provider_reach",
                    ),
                    models.CheckConstraint(
                        condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")), name="people_provider_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderLink",
            fields=[
                ID,
                ("subject_key", models.CharField(db_collation="C", max_length=43)),
                ("linked_at", models.DateTimeField()),
                ("linked_by", models.CharField(max_length=10)),
                ("used_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("account", models.ForeignKey(settings.AUTH_USER_MODEL, CASCADE, related_name="links")),
                ("provider", models.ForeignKey("people.provider", PROTECT, related_name="links")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ended_at__isnull=True),
                        fields=("provider", "subject_key"),
                        name="people_providerlink_subject",
                    ),
                    models.UniqueConstraint(
                        condition=Q(ended_at__isnull=True),
                        fields=("provider", "account"),
                        name="people_providerlink_account",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderInvitation",
            fields=[
                ID,
                ("token_key", models.CharField(db_collation="C", max_length=43, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("account", models.ForeignKey(settings.AUTH_USER_MODEL, CASCADE, related_name="invitations")),
                (
                    "made_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, PROTECT, db_index=False, null=True, related_name="+"),
                ),
                ("provider", models.ForeignKey("people.provider", PROTECT, related_name="invitations")),
            ],
        ),
        migrations.RunSQL(HASHED, migrations.RunSQL.noop),
    ]
