"""How what is kept reaches the relay and the centre, and how their word comes back."""
