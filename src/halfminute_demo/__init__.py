"""A simulated town: subscribers of a mobile operator who write, and agents who answer them.

They talk HTTP and WebSocket only: subscribers to the simulated Telegram's control interface, agents
to Halfminute as their desks would. `halfminute demo` starts all of it.

What has to be there for a customer's message to reach the desk:

* a simulated Telegram with a bot: `python -m halfminute.plugins.telegram.fake --port 8091` begins
  with the bot `123456:FAKE`;
* a channel account of that bot at Halfminute, with a queue:
  `halfminute channel add telegram --polling --set token=123456:FAKE
  --set api_base_url=http://127.0.0.1:8091 --queue <name>`. Polling, because it goes on when the
  simulated Telegram is started anew, which without `--state` forgets what webhook it was told of;
* the subscribers: `python -m halfminute_demo --halfminute http://127.0.0.1:8080
  --telegram http://127.0.0.1:8091`. They wait until both answer, and write to the first bot that
  somebody listens to;
* the agents, if nobody else answers: `python -m halfminute_demo.staff --halfminute
  http://127.0.0.1:8080 --roster <file>`, the users whose passwords the file tells.

`plan` says who comes when and with what: the same seed gives the same town, words and times,
whatever happens while it is lived. `day` is the load curve. `stay` lives one visit, with the habits
of `visits`: bursts, slips mended by edits, the wrong keyboard layout, impatience, answers to an
agent's question, thanks, coming back. Words, names and the curve are data files in `data/`.
"""
