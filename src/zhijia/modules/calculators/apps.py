from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.modules.calculators"
    label = "calculators"
    default_auto_field = "django.db.models.BigAutoField"
