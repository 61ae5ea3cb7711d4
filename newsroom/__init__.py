"""The project: switches and wiring, no behaviour."""

from newsroom import sqlite

sqlite.use_sound_library()
