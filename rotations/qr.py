"""Draws an address as a QR code for a phone's camera: inline SVG, without style or script."""

from __future__ import annotations

import io

from django.utils.safestring import SafeString


def qr_code(address: str) -> SafeString:
    """Return the drawing; dark on light in every colour scheme, because cameras want it so."""
    # Loading it takes a tenth of a second, which no command that only checks the addresses should pay.
    import segno

    drawn = io.BytesIO()
    segno.make(address, micro=False, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=False, scale=4, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return SafeString(drawn.getvalue().decode().replace("<svg ", '<svg role="img" aria-label="QR code" ', 1))
