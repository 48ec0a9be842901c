from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.kernel.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
