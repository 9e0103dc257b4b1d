"""The ledger: what makes a change without a trace impossible, and one that was made behind its back visible."""
