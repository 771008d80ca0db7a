"""Roads that a message takes out of the house, behind one interface."""
