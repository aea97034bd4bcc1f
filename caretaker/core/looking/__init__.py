"""A run of looks: many at once, each bad one repeated, judged together, written down."""
