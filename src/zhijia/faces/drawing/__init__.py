"""Charts and maps as SVG: one function for each kind draws it for page, PDF and DOCX."""
