"""Saved web pages: the page, its text, its head; ``reader.read`` is the door."""
