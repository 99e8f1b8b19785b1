"""Fuzz targets over the parsers, the command that runs them, and the inputs that are kept."""
