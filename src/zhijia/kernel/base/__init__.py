"""Clock, ids, typed errors and verdicts, and the database scope of a request."""
