"""Two runs of one report held against each other: figures, and the rows behind them."""
