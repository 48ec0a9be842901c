from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.kernel.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"
