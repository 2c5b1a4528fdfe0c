"""What a figure rests on: its definition, formula and cells, and where it is printed."""
