"""What a backup costs, beside pg_dump alone and beside what people do without it."""
