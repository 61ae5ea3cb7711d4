"""The weights of what is known of a block: a logistic regression over labelled pages of public collections.

Above zero the block is text. One line for each number, in the order of ``weighing.rows_of``: its weight in the first
weighing and in the second; the last lines are known in the second alone. Made from pages of several hundred sites;
there is no weight for a site.
"""

_BOTH = (
    (-0.89, -1.79),  # constant
    (1.28, 0.17),  # Chinese page
    (1.07, 0.95),  # readability keeps it
    (0.78, 1.40),  # trafilatura keeps it
    (0.11, -0.12),  # share of letters in links
    (-0.21, -0.23),  # punctuation
    (1.01, 0.83),  # length
    (-0.52, -0.68),  # short
    (-0.06, 0.05),  # very short
    (-2.18, -2.97),  # inside an element named as noise
    (-0.69, -1.47),  # inside nav
    (-0.54, -0.79),  # inside aside or footer
    (-0.22, -0.22),  # near an element named as text
    (0.05, 0.01),  # inside article
    (0.53, 0.90),  # inside main
    (-0.20, -0.02),  # inside a likely container
    (-0.46, -0.15),  # lists around it
    (0.42, 0.43),  # inside header or form
    (0.01, -0.05),  # the page has an article element
    (-0.40, -0.60),  # the page has a likely container
    (1.00, 1.19),  # ends like a sentence
    (-0.71, -0.93),  # heading
    (0.56, 0.69),  # list item
    (0.27, 0.03),  # table row
    (-0.87, -1.45),  # imprint
    (0.58, 1.30),  # below the heading that the title repeats
    (-0.51, -1.20),  # the page has such a heading
    (0.91, 1.60),  # part of the title
    (-2.18, -2.17),  # place on the page
    (-1.17, -1.91),  # short, with a date
    (-0.40, -0.68),  # short, begins like a byline
    (-1.55, -2.11),  # begins like a call to read on
    (-0.14, -0.25),  # stands on the page twice
    (1.02, 1.44),  # score around it
    (0.31, 0.43),  # inside the element of the best score
    (0.80, 1.59),  # share of the page's letters near it
    (-1.01, -1.79),  # links near it
    (-1.08, -0.73),  # mean length near it
    (0.53, 0.86),  # paragraph
    (-0.24, -0.54),  # ends in a colon
    (-1.96, -1.30),  # readability and length
    (0.04, -0.28),  # readability before it
    (0.65, 0.45),  # readability after it
    (0.08, 0.28),  # between the first and last of readability
    (0.68, 1.42),  # readability, Chinese page
    (0.19, 0.62),  # trafilatura and length
    (-0.05, -0.13),  # trafilatura before it
    (-0.01, -0.09),  # trafilatura after it
    (-0.31, -0.25),  # between the first and last of trafilatura
    (-0.97, -1.21),  # trafilatura, Chinese page
    (0.86, 1.19),  # readability and trafilatura
    (-1.18, -1.31),  # readability, they differ (both)
    (0.63, 0.77),  # trafilatura, they differ (both)
    (0.90, 0.98),  # readability, first found more (both)
    (-0.41, -0.05),  # trafilatura, first found more (both)
    (0.96, 1.05),  # readability, they differ, first found more (both)
    (-0.27, -0.02),  # trafilatura, they differ, first found more (both)
    (0.59, 0.87),  # readability and best score
    (0.86, 1.26),  # readability, they differ (readability and score)
    (-0.01, -0.03),  # best score, they differ (readability and score)
    (1.50, 1.83),  # readability, first found more (readability and score)
    (-1.36, -1.24),  # best score, first found more (readability and score)
    (0.79, 1.30),  # trafilatura and best score
    (0.80, 1.36),  # trafilatura, they differ (trafilatura and score)
    (-1.18, -1.18),  # best score, they differ (trafilatura and score)
    (-0.55, -0.62),  # trafilatura, first found more (trafilatura and score)
    (-0.23, -0.48),  # best score, first found more (trafilatura and score)
    (-0.49, -0.82),  # links before it
    (-0.31, -0.30),  # links after it
    (0.34, -0.26),  # length before it
    (-0.51, -1.27),  # length after it
    (-0.55, -0.69),  # length and links
    (-0.04, 0.64),  # length and sentence
    (1.58, 1.93),  # length and noise
    (0.93, 1.17),  # heading before text
    (0.16, -0.26),  # heading before links
    (-2.88, -2.83),  # length, Chinese page
    (0.70, 1.02),  # likely container and noise
)
_SECOND = (
    -1.01,  # first weighing
    1.46,  # first weighing of the one before
    0.54,  # of the one after
    0.44,  # of four before
    0.44,  # of four after
    -0.84,  # below the first text
    -0.00,  # above the last text
    -1.25,  # share of the text before it
    0.81,  # nearness to an end of the text
)
FIRST = tuple(first for first, _second in _BOTH)
SECOND = (*(second for _first, second in _BOTH), *_SECOND)
