"""Knows from which address a request came, and which addresses are counted as one."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "an unknown address"
# Whoever has one address of IPv6 has all of its network.
PREFIX = {4: 32, 6: 64}


def address_of(request: HttpRequest | None) -> str:
    """Return the client's address, or "an unknown address" where there is none.

    With TRUST_PROXY it is the last one of X-Forwarded-For, which the proxy has added: a client writes the others
    as it likes.
    """
    if request is None:
        return UNKNOWN
    connected = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1] if settings.TRUST_PROXY else ""
    found = _parsed(forwarded) or _parsed(connected)
    return str(found) if found is not None else UNKNOWN


def network_of(address: str) -> str:
    """Return the addresses that are counted as `address`: those of its /64 for IPv6, itself for IPv4."""
    found = _parsed(address)
    return str(ip_network((found, PREFIX[found.version]), strict=False)) if found is not None else UNKNOWN


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address, without a port that a proxy may add, an interface, or a wrapping in IPv6."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
