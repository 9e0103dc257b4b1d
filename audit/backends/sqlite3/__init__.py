"""Django's SQLite, with the ledger."""
