"""What is said: two fixed statements, as in RAVDESS, and sentences of our own that cover the sounds of English."""

STATEMENTS = ("Boys are waiting near the open gate.", "Cats are dozing on the warm stove.")

SENTENCES = tuple(
    line.strip()
    for line in """
    The fox pushed a blue cup off the table.
    My father chose a thick brown shirt.
    Please measure the oil before you pour it.
    Five women shared the cheap fish soup.
    """.strip().splitlines()
)


def text_of(statement: int) -> str:
    """Words of a statement number: 1 and 2 the fixed ones, 3… the others. Explained in notebook 01."""
    return (STATEMENTS + SENTENCES)[statement - 1]
