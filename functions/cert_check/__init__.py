"""Looks at TLS endpoints, and names what is wrong with their certificates."""
