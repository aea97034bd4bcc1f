"""Incidents: when something bad becomes one, and what people are told of it. Pure."""
