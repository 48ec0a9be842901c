"""Administration of who may what: accounts, posts and their reach, substitutes, openings, emergencies."""
