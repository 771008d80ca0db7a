"""The one story, told by real programs over the wire; every later issue lengthens it."""
