"""The SQL of reports: the facts that are kept, and the recount that they are held against."""
