"""The nouns: frozen dataclasses, documented field by field, no input or output."""
