"""The dozen rules for OpenFisca, as its users write them: one variable a rule, each with a vector formula."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pyarrow as pa
from openfisca_core.entities import Entity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import YEAR
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

logging.disable(logging.WARNING)
PERIOD = "2024"
PERSON = Entity("person", "persons", "", "")


class Degree(Enum):
    associate, bachelor, master, phd = "associate", "bachelor", "master", "phd"


class Title(Enum):
    none, middle, vice, full = "none", "middle", "vice", "full"


class Employer(Enum):
    public, university, state, private = "public", "university", "state", "private"


class Category(Enum):
    a, b, c, uncertified = "a", "b", "c", "uncertified"


CHOICES = {"degree": Degree, "title": Title, "employer": Employer, "category": Category}
FLAGS = ("double_first", "abroad", "top300", "outside", "full_time", "on_post", "founder", "renting", "bought")
COUNTS, FIGURES = ("age", "contract", "months"), ("salary", "area", "price")


def _postgraduate(person: Any, year: Any) -> Any:
    return (person("degree", year) == Degree.master) + (person("degree", year) == Degree.phd)


def settling_in(person: Any, year: Any) -> Any:
    bachelor, double_first = person("degree", year) == Degree.bachelor, person("double_first", year)
    postgraduate, phd = _postgraduate(person, year), person("degree", year) == Degree.phd
    abroad = person("abroad", year) * person("top300", year)
    entitled = person("outside", year) * person("full_time", year) * person("on_post", year)
    entitled = entitled * (person("contract", year) >= 3) * (postgraduate + bachelor * (double_first + abroad))
    tiers = [phd * double_first, phd, postgraduate * double_first, postgraduate]
    return entitled * np.select(tiers, [400_000, 300_000, 300_000, 100_000], 50_000)


def rent(person: Any, year: Any) -> Any:
    title, phd = person("title", year), person("degree", year) == Degree.phd
    senior = (title == Title.vice) + (title == Title.full)
    entitled = person("outside", year) * person("renting", year) * np.logical_not(person("bought", year))
    return entitled * (_postgraduate(person, year) + senior) * np.where(phd + (title == Title.full), 72_000, 54_000)


def purchase(person: Any, year: Any) -> Any:
    entitled = person("bought", year) * (person("degree", year) != Degree.associate) * (person("contract", year) >= 5)
    return entitled * np.minimum(person("area", year), 120) * person("price", year)


def living(person: Any, year: Any) -> Any:
    degree = person("degree", year)
    entitled = person("full_time", year) * (person("age", year) <= 45)
    tiers = [degree == Degree.phd, degree == Degree.master, degree == Degree.bachelor]
    return entitled * np.select(tiers, [300_000, 180_000, 54_000], 0)


def research(person: Any, year: Any) -> Any:
    title, employer = person("title", year), person("employer", year)
    employed = (employer == Employer.public) + (employer == Employer.university)
    entitled = (person("degree", year) == Degree.phd) * employed * (person("age", year) <= 40)
    return entitled * np.select([title == Title.full, title == Title.vice], [500_000, 300_000], 200_000)


def startup(person: Any, year: Any) -> Any:
    age = person("age", year)
    return person("founder", year) * (age >= 18) * (age < 45) * (person("degree", year) != Degree.associate) * 100_000


def talent(person: Any, year: Any) -> Any:
    category = person("category", year)
    tiers = [category == Category.a, category == Category.b, category == Category.c]
    return person("on_post", year) * np.select(tiers, [2_000_000, 1_000_000, 600_000], 0)


def travel(person: Any, year: Any) -> Any:
    return person("outside", year) * person("full_time", year) * (person("months", year) >= 12) * 5_000


def internship(person: Any, year: Any) -> Any:
    entitled = (person("age", year) < 35) * (person("months", year) <= 12) * np.logical_not(person("founder", year))
    return entitled * (person("degree", year) != Degree.associate) * 9_000


def reward(person: Any, year: Any) -> Any:
    employer, salary = person("employer", year), person("salary", year)
    firm = (employer == Employer.private) + (employer == Employer.state)
    return firm * (salary > 300_000) * (person("contract", year) >= 3) * np.minimum(salary * 0.1, 100_000)


def postdoc(person: Any, year: Any) -> Any:
    entitled = (person("degree", year) == Degree.phd) * (person("age", year) <= 35)
    return entitled * (person("employer", year) == Employer.university) * person("on_post", year) * 300_000


def apartment(person: Any, year: Any) -> Any:
    certified = person("category", year) != Category.uncertified
    entitled = person("renting", year) * np.logical_not(person("bought", year))
    return entitled * (_postgraduate(person, year) + (person("title", year) != Title.none) + certified) * 6_000


RULES = (
    settling_in,
    rent,
    purchase,
    living,
    research,
    startup,
    talent,
    travel,
    internship,
    reward,
    postdoc,
    apartment,
)


def total(person: Any, year: Any) -> Any:
    """Of the first three and of the two for research only the highest is paid."""
    got = {rule.__name__: person(rule.__name__, year) for rule in RULES}
    housing = np.maximum(np.maximum(got.pop("settling_in"), got.pop("rent")), got.pop("purchase"))
    return housing + np.maximum(got.pop("research"), got.pop("postdoc")) + sum(got.values())


def _variable(name: str, kind: Any, **more: Any) -> Any:
    return type(name, (Variable,), {"value_type": kind, "entity": PERSON, "definition_period": YEAR, **more})


def _system() -> TaxBenefitSystem:
    system = TaxBenefitSystem([PERSON])
    facts = [_variable(n, bool) for n in FLAGS] + [_variable(n, int) for n in COUNTS]
    facts += [_variable(n, float) for n in FIGURES]
    facts += [_variable(n, Enum, possible_values=c, default_value=next(iter(c))) for n, c in CHOICES.items()]
    for each in (*facts, *(_variable(r.__name__, float, formula=r) for r in (*RULES, total))):
        system.add_variable(each)
    return system


SYSTEM = _system()


def amounts(people: pa.Table) -> dict[str, Any]:
    """元 by rule and in total, for a table of people; what is not known is left at the default, as always there."""
    simulation = SimulationBuilder().build_default_simulation(SYSTEM, count=people.num_rows)
    for name in people.column_names:
        if name in CHOICES:
            column, order = people[name].combine_chunks(), [c.name for c in CHOICES[name]]
            codes = np.array([order.index(v) for v in column.dictionary.to_pylist()], np.int16)
            values = EnumArray(codes[column.indices.fill_null(order.index(order[0])).to_numpy()], CHOICES[name])
        else:
            values = people[name].fill_null(False if name in FLAGS else 0).to_numpy()
        simulation.set_input(name, PERIOD, values)
    return {name: simulation.calculate(name, PERIOD) for name in ("total", *(r.__name__ for r in RULES))}
