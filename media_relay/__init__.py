"""The relay: all evidence bytes, in and out. It knows neither parties nor law.

One process: asyncio on uvloop, WebSocket lanes on one port, HTTP on the other. Bytes go from
`ingest` to `log`, are fanned out by `hub`, and come to rest in `vault` as parts.
"""
