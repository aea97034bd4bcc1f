"""Lets old backups go, and clears away what runs have left behind."""
