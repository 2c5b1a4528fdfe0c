"""Step 6: rendering makes files of the document: PDF and HTML of its HTML, Excel of its specs, JSON of the ledger."""
