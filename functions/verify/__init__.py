"""Judges the backups that there are."""
