from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.kernel.sheets"
    label = "sheets"
    default_auto_field = "django.db.models.BigAutoField"
