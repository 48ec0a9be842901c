from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.modules.rectification"
    label = "rectification"
    default_auto_field = "django.db.models.BigAutoField"
