"""The face that devices speak to: HTTP under /device/v1 and the Socket.IO namespace /device."""
