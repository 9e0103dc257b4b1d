"""Commands of the rotations app."""
