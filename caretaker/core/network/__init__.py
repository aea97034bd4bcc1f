"""Reaching other machines: names, connections, TLS, and one deadline for it all."""
