"""The platform looks at itself: the controls of 等保 level 3 that software can answer for, each with its evidence."""
