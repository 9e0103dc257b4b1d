"""Works out who rotates which secret on which day. Pure: it knows no database, no request and no clock."""
