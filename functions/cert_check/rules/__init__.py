"""The rules: one function for each code, from a case to findings."""
