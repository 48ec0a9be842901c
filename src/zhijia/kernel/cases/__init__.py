"""Cases: parties, links, tasks, notes, attachments, timeline; who may see which."""
