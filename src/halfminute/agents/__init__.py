"""The humans who answer: what they can do, whether they are there, and how full they are."""
