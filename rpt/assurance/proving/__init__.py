"""Finished files held against the run that wrote them."""
