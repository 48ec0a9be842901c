"""What AI agents may use, as tools of the Model Context Protocol: calculations, each with its article and version."""
