"""Layers: what functions find in /opt, each made by a package of its own."""
