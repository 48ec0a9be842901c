"""The `zhijia` command."""
