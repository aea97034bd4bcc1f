"""Watches endpoints: looks at each target, and reports what it saw as Results."""
