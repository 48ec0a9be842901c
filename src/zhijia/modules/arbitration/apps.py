from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.modules.arbitration"
    label = "arbitration"
    default_auto_field = "django.db.models.BigAutoField"
