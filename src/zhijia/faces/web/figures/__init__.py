"""Figures for everybody, without signing in: whole months only, small cells hidden, the rest rounded."""
