"""A recorded day once more: what came is as it was recorded, who gets what is decided anew.

recorded.py      what was recorded, as values
chance.py        numbers that belong to a conversation, whatever else happens
patience.py      how long customers wait, of a day on which most were answered before they left
models.py        what is taken for what nobody could record
progress.py      where one conversation has got to
replayer.py      the virtual clock around the live router
laws.py          what holds on every path
results.py       what became of everybody
replay.py        one whole replay
"""
