"""A Bot API server as strict as the documentation, for tests, benches and the demo.

It speaks https://core.telegram.org/bots/api for the methods that we use, refuses what the
documentation refuses, and under `/control` lets simulated subscribers write. Like a self-hosted
Bot API server it brings updates to http addresses too.
"""
