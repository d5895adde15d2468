"""What a channel is told by itself: planning, writing and delivering digests.

Nothing is imported here: who writes a preview needs no deliverer, and the other way round.
"""
