"""Flows: each names its steps in order."""
