"""Mounts the floors: settings, addresses and the answers of the whole site."""
