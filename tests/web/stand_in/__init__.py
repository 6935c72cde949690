"""A small server that speaks the desk's contract with invented people, for what the real server
cannot be made to do at will: losing its database, ending an offer in the last moment, going silent.
"""
