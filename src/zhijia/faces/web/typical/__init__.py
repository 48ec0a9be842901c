"""The library of typical cases, for everybody, without signing in."""
