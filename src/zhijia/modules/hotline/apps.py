from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.modules.hotline"
    label = "hotline"
    default_auto_field = "django.db.models.BigAutoField"
