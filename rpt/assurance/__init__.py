"""Assurance: a run's finished files are read back and held against what the run computed."""
