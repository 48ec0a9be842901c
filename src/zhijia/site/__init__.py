"""Settings, urls, wsgi and the task app: the only place that knows everything."""
