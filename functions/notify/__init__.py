"""Delivers: turns what the outbox holds into messages, and gets them to people."""
