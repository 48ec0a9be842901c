from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.modules.disputes"
    label = "disputes"
    default_auto_field = "django.db.models.BigAutoField"
