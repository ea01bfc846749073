"""The real doors wired to the stories: what the library offers and the commands call."""
