"""Assurance: every figure explained down to its rows, and the finished files held against the figures."""
