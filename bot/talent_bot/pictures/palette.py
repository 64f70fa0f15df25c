"""The colours of the pictures and the page: pine, sand and paper, each text colour at 4.5:1 or better."""

INK = "#1c2b2a"
QUIET = "#556664"
PINE = "#0e4f4b"
PINE_DEEP = "#0a3a38"
MIST = "#e4eeeb"
SAND = "#8a5f14"
SAND_PALE = "#f6edd9"
PAPER = "#f7f5ef"
WHITE = "#ffffff"
LINE = "#d8d5ca"
RED = "#94392a"

#: outcome id → (text, background) of its tag
OUTCOMES = {
    "eligible": (WHITE, PINE),
    "needs_review": (SAND, SAND_PALE),
    "needs_info": (PINE, MIST),
    "ineligible": (QUIET, "#eceae3"),
    "out_of_scope": (QUIET, "#eceae3"),
}

#: fill and text of the parts of a bar, one benefit each; a number is printed beside the colour
PARTS = (
    (PINE, WHITE),
    ("#c79a45", INK),
    ("#5b8f8a", INK),
    ("#7c4a3a", WHITE),
    ("#a9c2b4", INK),
    ("#4a5a78", WHITE),
    ("#d9c9a3", INK),
    ("#6f7f45", WHITE),
)
