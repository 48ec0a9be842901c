from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.modules.legal_aid"
    label = "legal_aid"
    default_auto_field = "django.db.models.BigAutoField"
