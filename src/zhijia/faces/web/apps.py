from django.apps import AppConfig


class Config(AppConfig):
    name = "zhijia.faces.web"
    label = "web"
