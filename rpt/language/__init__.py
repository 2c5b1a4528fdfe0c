"""Chinese in and out, for every step: what people type becomes exact values, exact values become what people read."""
