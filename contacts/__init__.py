"""People, teams and titled roles, and whom to call."""
