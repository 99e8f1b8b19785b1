"""HTTP libraries that take our `OAuth1`, driven alike, and one table of calls for all.

`calls` describes requests; a driver of `drivers` sends one by its library, and returns what
that made of it. What is received is recorded and judged by `wire`.
"""
