from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.kernel.notify"
    label = "notify"
    default_auto_field = "django.db.models.BigAutoField"
