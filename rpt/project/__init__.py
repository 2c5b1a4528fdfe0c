"""The project file: rpt.toml is found, read once, checked, and passed on frozen."""
