"""Security headers of every answer: no inline code, no foreign sources but the relay's streams."""

from __future__ import annotations

from flask import Flask, Response, g

from command_center.platform.settings import Settings


def allow_microphone() -> None:
    """Let the page that is being answered use the microphone; no other may."""
    g.microphone = True


def register(app: Flask, settings: Settings) -> None:
    """Add the headers to every response of the application."""
    relay = f"{settings.relay.stream_url} {settings.relay.http_url}"
    own_socket = settings.centre.public_url.replace("http", "ws", 1)
    policy = "; ".join(
        (
            "default-src 'self'",
            f"connect-src 'self' {own_socket} {relay}",
            "media-src 'self' blob:",
            "worker-src 'self' blob:",
            "img-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )

    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        microphone = "(self)" if g.get("microphone") else "()"
        response.headers["Permissions-Policy"] = (
            f"camera=(), microphone={microphone}, geolocation=()"
        )
        if settings.centre.is_https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if not response.headers.get("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(add)
