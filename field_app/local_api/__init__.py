"""What the UI (or any driver) and the capture service say on the local socket.

The service listens on the Unix socket `<data>/service.sock` (folder mode 0700). Lines of JSON:
request `{"id": 1, "verb": "start", "args": {...}}` → answer `{"id": 1, "ok": true, "result": …}`
or `{"id": 1, "ok": false, "problem": {"code", "kind", "detail"}}`. After the verb `subscribe` the
service pushes `{"event": "status", "data": Status}` on change, at least once a second: at once
after a verb, at most 10 a second, else twice a second.

Preview frames come on `<data>/preview.sock`: each is a header of `>IIQ` (width, height, wall ms)
and the I420 planes; a slow reader misses frames, never delays the recorder.

Kept footage comes on `<data>/replay.sock`: one line `ReplayArgs`, one line `Answer`, then pictures
as above, each with the time at which it was taken, until what was asked for is over.
"""
