"""What the ledger tells the floors above."""

from django.dispatch import Signal

# Sent once for every recorded write, single or bulk, inside its transaction. `sender` is the model;
# `instances` its rows as they are now; `previous` maps a row's key to its latest history row from before, if any;
# `change_type` is "+", "~" or "-"; `change_set` the act.
recorded = Signal()
