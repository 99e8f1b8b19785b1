"""Reports of real programs and providers, restated: a row for each kind of fault."""
