"""What runs in Lambda: one package for each function, none of which imports another."""
