"""Bringing a backup back: what the drill and the restore for people have in common."""
