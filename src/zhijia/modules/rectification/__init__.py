"""Rectification (整改): what inspections and audits found, until somebody else than its owner accepts it as mended."""
