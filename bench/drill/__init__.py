"""How much of ordinary schemas a drill compares, and what a drill costs beside pg_restore alone."""
