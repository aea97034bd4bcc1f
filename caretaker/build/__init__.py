"""Assembles what each function runs from: its artifact."""
