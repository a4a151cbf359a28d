"""Small things of which everything is known, for several tests."""
