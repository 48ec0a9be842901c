from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.modules.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"
