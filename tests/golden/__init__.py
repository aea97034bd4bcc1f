"""What each version has written: it must be readable for ever. Files are added here, and never changed."""
