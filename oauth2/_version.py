"""The version, in one place: pyproject.toml reads it from here."""

manual_verstr = "2.5.0"
__version__ = manual_verstr
