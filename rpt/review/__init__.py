"""Review: compare the ledger's figures with last year and with their targets, and find the problems in them."""
