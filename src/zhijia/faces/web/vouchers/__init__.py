"""Love meals and warm packs as people meet them: the worker's phone, the outlet's terminal, the union's desk."""
