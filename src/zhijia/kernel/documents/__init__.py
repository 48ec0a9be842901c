"""Letters and official papers (GB/T 9704): worded from rules, frozen when issued, as PDF and DOCX."""
