"""The demo: a small shop that breaks, recovers, and loses a table; the real functions look after it on this machine."""
