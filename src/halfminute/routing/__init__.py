"""The live router: who has which conversation, decided by the engine and made true in the rows.

One process at a time routes a domain, by a lease with an epoch (`lease`). It follows the log
(`translate` makes what the engine understands of it), feeds the engine, makes its commands true
(`effects`), and commits the rows, the facts and the journal lines together (`term`). What it
decided is therefore never lost nor done twice, and a successor goes on from the newest snapshot
and the journal after it (`recovery`). What agents do (`actions`) commits in the web processes by
compare-and-set, and reaches the engine by the log like everything else.
"""
