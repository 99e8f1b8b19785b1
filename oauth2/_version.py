"""The version, in one place: setup.py reads it from here."""

manual_verstr = "2.4.0"
__version__ = manual_verstr
