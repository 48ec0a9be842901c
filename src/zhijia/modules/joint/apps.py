from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.modules.joint"
    label = "joint"
    default_auto_field = "django.db.models.BigAutoField"
