"""White papers and briefs: published figures as PDF and DOCX, from the counters and nothing else."""
