"""Releases: how a stack is deployed, and which version of it was good."""
