"""What the window shows and asks, without Kivy: words, formats, the form, the road to the service.

Nothing here opens a window, so its tests are plain and fast.
"""
