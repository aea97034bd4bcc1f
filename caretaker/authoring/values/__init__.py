"""The kinds of values that a configuration holds, one file each: how they are written, and what they mean."""
