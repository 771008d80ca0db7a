"""Bridges: sources that cannot sign for themselves. The relay signs, custody begins at arrival."""
