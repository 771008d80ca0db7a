"""The door: what `./mz` runs. Makes the environment, then hands over to the programs."""
