"""What starts functions: streams and schedules."""
