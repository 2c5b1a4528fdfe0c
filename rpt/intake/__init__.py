"""Step 1: intake turns files into typed tables, in which every row knows its file, sheet and row."""
