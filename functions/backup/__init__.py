"""The backup function: PostgreSQL databases, dumped to S3."""
