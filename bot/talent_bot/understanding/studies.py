"""Which of several degrees counts, and which school and study mode belong to it."""

from __future__ import annotations

from talent_bot.understanding.claims import Claim, Stance
from talent_bot.understanding.clauses import Clauses
from talent_bot.understanding.vocabulary import Vocabulary

_BELONGING = ("school", "school_claim", "study_mode", "overseas", "graduation_date")
_COUNTED = (Stance.FACT, Stance.UNSURE)


def settle_studies(claims: list[Claim], clauses: Clauses, vocabulary: Vocabulary) -> list[Claim]:
    """Keep for each person the highest degree and what belongs to it."""
    for person in dict.fromkeys(c.person for c in claims):
        for stances in (_COUNTED, (Stance.SUPPOSED,)):
            claims = _settle(claims, person, stances, clauses, vocabulary)
    return claims


def _settle(
    claims: list[Claim], person: str, stances: tuple[Stance, ...], clauses: Clauses, vocabulary: Vocabulary
) -> list[Claim]:
    degrees = [c for c in claims if c.person == person and c.field == "degree" and c.stance in stances]
    if not degrees:
        return claims
    top = max(degrees, key=lambda c: (vocabulary.rank("degree", c.value), c.stance is Stance.FACT))
    high = vocabulary.rank("degree", top.value)

    def drop(claim: Claim) -> bool:
        if claim.person != person or claim.stance not in stances:
            return False
        if claim.field == "degree":
            return claim is not top
        if claim.field == "school_claim" and claim.words.endswith("本"):
            return vocabulary.rank("degree", "bachelor") < high  # 二本 says where the first degree is from
        owner = _owner(claim, claims, degrees, clauses) if claim.field in (*_BELONGING, "degree_status") else None
        return owner is not None and vocabulary.rank("degree", owner.value) < high

    return [c for c in claims if not drop(c)]


def _owner(claim: Claim, claims: list[Claim], degrees: list[Claim], clauses: Clauses) -> Claim | None:
    """The degree of the same clause an attribute is said of: before it, or after it, as the clause runs."""
    clause = clauses.at(claim.start)
    here = [d for d in degrees if clause.start <= d.start < clause.end]
    if not here:
        return None
    before = [d for d in here if d.start <= claim.start]
    after = [d for d in here if d.start > claim.start]
    # 985本211硕 puts every school before its degree, 本科985硕士211 behind it.
    first = any(clause.start <= c.start < here[0].start for c in claims if c.field == claim.field)
    leading = not before or (bool(after) and first)
    return after[0] if leading and after else before[-1] if before else None
