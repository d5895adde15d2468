"""What a channel is told when a project goes quiet, breaks or comes back: rules, life cycle, cards.

Nothing is imported here: who judges a project needs no deliverer, and the other way round.
"""
