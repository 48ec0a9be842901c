"""Transactional outbox: facts published after commit as CloudEvents, at least once."""
