"""The numbered steps by which anyone verifies an evidence package (`schemas.bundle`).

Each step is its own file and says its own sentence. The package is data from a stranger: it is
read in bounded pieces, and whatever it says is checked before it is used.
"""
