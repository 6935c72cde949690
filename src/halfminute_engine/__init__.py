"""The part of Halfminute that decides, and does nothing else.

Everything here is a pure function of what is handed in: no I/O, no clock, no randomness of its
own, no import beyond the pure part of the standard library. Time is an integer of microseconds
that comes in with each event. The live server, the simulator and the replay of a recorded day
therefore run the very same code and reach the very same decisions.
"""
