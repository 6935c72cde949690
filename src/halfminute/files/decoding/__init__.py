"""Reads strangers' pictures, sounds and films, in a process of its own with narrow limits.

child.py      the process: limits first, then one task, then it ends
pictures.py   reads pictures (Pillow)
films.py      reads sounds and films (PyAV, an extra)
luggage.py    takes out of those, and of pictures that we do not show, what they tell
decoder.py    starts the process, and believes nothing that it says without checking
"""
