"""What a backup is: shared by all who make, check, keep or restore one."""
