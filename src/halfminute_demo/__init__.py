"""Simulated subscribers of a mobile operator, who write to the desk and answer its agents.

They talk HTTP only: to the simulated Telegram's control interface, and to Halfminute's `/health`.

What has to be there for a customer's message to reach the desk:

* a simulated Telegram with a bot: `python -m halfminute.plugins.telegram.fake --port 8091` begins
  with the bot `123456:FAKE`;
* a channel account of that bot at Halfminute, with a queue:
  `halfminute channel add telegram --polling --set token=123456:FAKE
  --set api_base_url=http://127.0.0.1:8091 --queue <name>`. Polling, because it goes on when the
  simulated Telegram is started anew, which without `--state` forgets what webhook it was told of;
* this: `python -m halfminute_demo --halfminute http://127.0.0.1:8080
  --telegram http://127.0.0.1:8091`. It waits until both answer, and writes to the first bot that
  somebody listens to.

The same seed gives the same visits: who writes what, and with which slips of the finger.
"""
