"""Which secrets exist, what they are, where their values are kept and who answers for them; never a value."""

from inventory.models.catalogue import Environment, SecretType, Service, TeamAssignment
from inventory.models.dependency import Dependency
from inventory.models.secret import Consumer, Secret

__all__ = ["Consumer", "Dependency", "Environment", "Secret", "SecretType", "Service", "TeamAssignment"]
