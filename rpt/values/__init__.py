"""The nouns that flow from step to step: frozen dataclasses on the standard library alone."""
