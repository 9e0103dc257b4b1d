"""Which secrets exist, what they are, where they are kept and who owns them."""
