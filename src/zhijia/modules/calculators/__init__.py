"""What the law gives, worked out line by line: every number with its formula, its article and the values it used."""
