"""How many agents it takes: the queueing models of the field, and the least staff for a target.

Erlang B (who finds nobody free is lost), Erlang C (waits for ever), Erlang A (waits as long as the
patience lasts), priorities, square-root staffing, and what stands between agents and a roster:
concurrency, occupancy, shrinkage. All are steady-state formulas with one pool and exponential
handle times; what they leave out is what `simulation` is for.
"""
