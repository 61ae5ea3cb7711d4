"""The weights of what is known of a block: a logistic regression over labelled pages of public collections.

Above zero the block is text. One row for each feature, in the order of ``body.features``: its weight on Chinese pages
and on all others. Made from pages of many sites; there is no weight for a site.
"""

_WEIGHTS = (
    (-4.68, -6.38),  # constant
    (3.22, 2.12),  # readability keeps it
    (3.89, 3.35),  # trafilatura keeps it
    (0.72, 0.18),  # both keep it
    (-3.34, -1.79),  # readability and length
    (-1.84, -0.67),  # trafilatura and length
    (-0.32, 0.23),  # readability where they disagree
    (0.18, 0.12),  # trafilatura where they disagree
    (1.63, 1.41),  # readability where it found more
    (0.76, 1.07),  # trafilatura where readability found more
    (1.72, 1.27),  # readability where they disagree and it found more
    (-1.96, -2.57),  # trafilatura where they disagree and readability found more
    (0.23, 0.26),  # votes for the three before
    (1.31, 1.63),  # votes for the three after
    (1.48, 1.35),  # between the first and last that readability keeps
    (-0.71, -0.26),  # the same for trafilatura
    (-1.62, -1.26),  # share of letters in links
    (-1.83, -0.42),  # punctuation
    (1.69, 3.31),  # length
    (-1.78, -0.75),  # very short
    (-0.58, -0.30),  # inside an element named as noise
    (1.31, 0.82),  # ends like a sentence
    (-0.81, -0.32),  # heading
    (0.56, 0.84),  # list item
    (-0.01, 1.21),  # table row
    (-0.75, -0.71),  # imprint
    (0.51, -0.16),  # after the heading that the title repeats
)
HAN_WEIGHTS = tuple(han for han, _other in _WEIGHTS)
LATIN_WEIGHTS = tuple(other for _han, other in _WEIGHTS)
