"""What crosses between the programs, and how anyone verifies it.

This package runs on a phone and on a party's laptop: it imports no web
framework, no database layer, no window toolkit and no event loop.
"""
