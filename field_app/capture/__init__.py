"""Cameras, the encoder, and the road of a fragment up to the spool."""
