"""The auditor's face: sees the whole trail, changes nothing, and leaves a trail of its own."""
