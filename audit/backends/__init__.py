"""Django's own databases, with one thing added: what the ledger does with a transaction before it is committed."""
