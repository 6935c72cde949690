"""How well customers were served: raw interval counters, and every figure as a formula of them.

Wallboard, reports, staffing and simulation count into the same counters and use the same functions,
so they cannot disagree. Counters are integers that add up; which target, which form and which
switches make a service level is chosen when it is read, also for the past.
"""
