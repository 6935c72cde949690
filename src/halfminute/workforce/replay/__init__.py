"""A recorded day once more, as it is configured and as it would be.

days.py        which day is meant
stays.py       what the log tells of a conversation, as stays in queues (pure)
recording.py   a day out of the log
setup.py       queues, agents and skills as they are configured, and as a change would have them
changes.py     a file of changes
running.py     replays, and what they show beside the record
figures.py     figures by queue, and whether the replay is to be trusted
"""
