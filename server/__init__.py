"""Composition and adapters: the only place that constructs things, above all other packages."""
