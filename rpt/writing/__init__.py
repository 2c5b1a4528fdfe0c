"""Step 5: writing puts the review into a document: semantic HTML, tables and charts as typed specs."""
