"""The demo: a small shop that breaks and recovers, watched by the real functions on this machine."""
