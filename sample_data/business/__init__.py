"""The example company: a model of its two years, from known figures to the four workbooks its teams would export."""
