"""What a watch waits for: words, print back, and a description. Text in, values out; pure.

``inactive for 30d by viewers`` is read to a `Condition`; printing gives words that read back to the same one.
"""

from bot.conditions.printer import condition_words, print_condition
from bot.conditions.reader import begins_change, read_change, read_condition

__all__ = ["begins_change", "condition_words", "print_condition", "read_change", "read_condition"]
