"""The ledger: every change, by whom, when and why, and the accounts that act."""
