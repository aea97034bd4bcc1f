"""The functions: processes that run them as Lambda would."""
