"""How people and machines come in: web pages, API, command line."""
