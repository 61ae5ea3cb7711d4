"""The weights of what is known of a block: a logistic regression over labelled pages of public collections.

Above zero the block is text. One line for each number, in the order of ``weighing.rows_of``: its weight in the first
weighing and in the second; the last lines are known in the second alone. Made from pages of several hundred sites;
there is no weight for a site.
"""

_BOTH = (
    (-0.76, -1.76),  # constant
    (0.74, -0.24),  # Chinese page
    (0.86, 0.77),  # readability keeps it
    (0.85, 1.27),  # trafilatura keeps it
    (-0.13, -0.40),  # share of letters in links
    (-0.20, -0.23),  # punctuation
    (0.45, 0.23),  # length
    (-0.59, -0.73),  # short
    (-0.07, 0.01),  # very short
    (-1.78, -2.18),  # inside an element named as noise
    (-0.55, -1.08),  # inside nav
    (-0.54, -0.64),  # inside aside or footer
    (-0.21, -0.13),  # near an element named as text
    (0.08, 0.06),  # inside article
    (0.50, 0.80),  # inside main
    (-0.25, -0.03),  # inside a likely container
    (-0.28, -0.18),  # lists around it
    (0.38, 0.18),  # inside header or form
    (-0.02, -0.12),  # the page has an article element
    (-0.45, -0.68),  # the page has a likely container
    (0.96, 1.07),  # ends like a sentence
    (-0.50, -0.65),  # heading
    (0.42, 0.47),  # list item
    (0.19, -0.14),  # table row
    (-0.61, -0.90),  # imprint
    (0.45, 1.01),  # below the heading that the title repeats
    (-0.32, -0.84),  # the page has such a heading
    (0.73, 0.97),  # part of the title
    (-2.09, -1.72),  # place on the page
    (-0.95, -1.38),  # short, with a date
    (-0.26, -0.39),  # short, begins like a byline
    (-1.15, -1.37),  # begins like a call to read on
    (-0.23, -0.38),  # stands on the page twice
    (0.90, 1.15),  # score around it
    (0.25, 0.33),  # inside the element of the best score
    (0.72, 1.28),  # share of the page's letters near it
    (-0.98, -1.66),  # links near it
    (-0.88, -0.60),  # mean length near it
    (0.61, 0.85),  # paragraph
    (-0.21, -0.36),  # ends in a colon
    (-1.48, -0.76),  # readability and length
    (0.05, -0.22),  # readability before it
    (0.64, 0.25),  # readability after it
    (0.00, 0.13),  # between the first and last of readability
    (0.40, 0.81),  # readability, Chinese page
    (0.03, 0.51),  # trafilatura and length
    (-0.05, -0.06),  # trafilatura before it
    (-0.09, -0.23),  # trafilatura after it
    (-0.22, -0.23),  # between the first and last of trafilatura
    (-0.67, -0.65),  # trafilatura, Chinese page
    (0.87, 1.14),  # readability and trafilatura
    (-1.00, -1.01),  # readability, they differ (both)
    (0.48, 0.43),  # trafilatura, they differ (both)
    (0.65, 0.63),  # readability, first found more (both)
    (-0.25, 0.04),  # trafilatura, first found more (both)
    (0.70, 0.68),  # readability, they differ, first found more (both)
    (-0.22, 0.03),  # trafilatura, they differ, first found more (both)
    (0.49, 0.79),  # readability and best score
    (0.54, 0.77),  # readability, they differ (readability and score)
    (-0.04, -0.00),  # best score, they differ (readability and score)
    (0.98, 1.10),  # readability, first found more (readability and score)
    (-1.11, -0.85),  # best score, first found more (readability and score)
    (0.81, 1.06),  # trafilatura and best score
    (0.78, 1.10),  # trafilatura, they differ (trafilatura and score)
    (-0.91, -0.76),  # best score, they differ (trafilatura and score)
    (-0.32, -0.35),  # trafilatura, first found more (trafilatura and score)
    (-0.30, -0.32),  # best score, first found more (trafilatura and score)
    (-0.53, -0.74),  # links before it
    (-0.39, -0.41),  # links after it
    (0.31, -0.29),  # length before it
    (-0.16, -0.74),  # length after it
    (-0.29, -0.44),  # length and links
    (-0.05, 0.54),  # length and sentence
    (1.09, 1.14),  # length and noise
    (0.56, 0.70),  # heading before text
    (-0.03, -0.32),  # heading before links
    (-2.13, -1.92),  # length, Chinese page
    (0.75, 0.98),  # likely container and noise
)
_SECOND = (
    -0.83,  # first weighing
    1.27,  # first weighing of the one before
    0.29,  # of the one after
    0.34,  # of four before
    0.37,  # of four after
    -0.78,  # below the first text
    0.71,  # above the last text
    -0.88,  # share of the text before it
    0.47,  # nearness to an end of the text
)
FIRST = tuple(first for first, _second in _BOTH)
SECOND = (*(second for _first, second in _BOTH), *_SECOND)
