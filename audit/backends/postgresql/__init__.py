"""Django's PostgreSQL, with the ledger."""
