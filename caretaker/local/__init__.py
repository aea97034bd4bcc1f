"""The local AWS: the stack of template.yaml on one loopback port, with functions that really run."""
