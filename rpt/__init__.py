"""rpt turns the spreadsheets of an e-commerce team into its annual report."""

__version__ = "0.1.0"
