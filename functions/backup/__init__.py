"""Backs PostgreSQL databases up to S3."""
