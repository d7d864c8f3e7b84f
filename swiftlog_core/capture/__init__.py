"""Spawn, read, signal, wait, reap. Knows nothing of logs.

``pump.capture(CaptureSpec(...))``, on Windows ``windows.capture``, runs one command and
gives a ``CaptureResult``. The recorder's side is ``link`` and ``recorder``. Standard
library only, and of that only what is quick to import. Nothing is handed on here: the
recorder's process imports its side, and must not wait for the pump's.
"""
