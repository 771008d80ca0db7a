"""The screens of the officer's window. A screen binds to `State` and calls one function of it."""
