"""How a message reaches a person: e-mail and Slack, and nothing at all where neither is set up."""

from contacts.delivery.channels import Channel, Way, channels_set_up, ways_to, why_not
from contacts.delivery.outcome import CalendarPart, Message, Outcome
from contacts.delivery.sending import deliver

__all__ = ["CalendarPart", "Channel", "Message", "Outcome", "Way", "channels_set_up", "deliver", "ways_to", "why_not"]
