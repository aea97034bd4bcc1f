"""What one run of each function uses."""
