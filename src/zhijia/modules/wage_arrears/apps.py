from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.modules.wage_arrears"
    label = "wage_arrears"
    default_auto_field = "django.db.models.BigAutoField"
