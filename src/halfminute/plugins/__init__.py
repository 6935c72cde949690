"""One folder for each provider; a plug-in imports only `halfminute.sdk` and never another."""
