"""Backs databases up: a backup exists if and only if its manifest does."""
