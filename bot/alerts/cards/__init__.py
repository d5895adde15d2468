"""Cards: one message for each watch and source, edited in place, with a thread that tells what changes.

`decide` says what is to be done now, `loading` finds what a card is drawn from, `deliverer` does it.
"""
