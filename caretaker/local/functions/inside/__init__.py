"""What runs inside the processes of functions: the standard library alone, on any Python from 3.11."""
