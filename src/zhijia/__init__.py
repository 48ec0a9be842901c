"""Zhijia 职家: one platform on which a trade union does all of its work for its members."""

__version__ = "0.1.0"
