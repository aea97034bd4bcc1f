"""The models that validate a configuration: the one source of its keys, defaults and JSON Schema."""
