"""How well certificates' defects are named: a zoo of servers, and NIST's suite of certification paths."""
