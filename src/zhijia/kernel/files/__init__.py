"""Files that people send: judged by their content, made harmless, sealed at rest, and read back piece by piece."""
