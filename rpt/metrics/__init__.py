"""Step 2: metrics measures the typed tables into a ledger, as the catalogue says."""
