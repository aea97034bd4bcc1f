"""The stack: template.yaml made plain, what moto creates of it, and what the local AWS does itself."""
