"""Pages: worker (phone first), desk (staff), board (leaders)."""
