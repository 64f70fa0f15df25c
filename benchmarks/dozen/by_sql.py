"""The dozen rules as SQL written by hand, of two values: a fact that is not known counts as no."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

TEXT = """
WITH judged AS (
  SELECT
    CASE WHEN outside AND full_time AND on_post AND contract >= 3 AND (degree IN ('master', 'phd')
           OR (degree = 'bachelor' AND (double_first OR (abroad AND top300)))) THEN
      CASE WHEN degree = 'phd' AND double_first THEN 400000 WHEN degree = 'phd' THEN 300000
           WHEN degree = 'master' AND double_first THEN 300000 WHEN degree = 'master' THEN 100000 ELSE 50000 END
      ELSE 0 END AS settling_in,
    CASE WHEN outside AND renting AND NOT bought AND (degree IN ('master', 'phd') OR title IN ('vice', 'full'))
      THEN CASE WHEN degree = 'phd' OR title = 'full' THEN 72000 ELSE 54000 END ELSE 0 END AS rent,
    CASE WHEN bought AND degree <> 'associate' AND contract >= 5 THEN least(area, 120) * price ELSE 0 END AS purchase,
    CASE WHEN full_time AND age <= 45 THEN
      CASE degree WHEN 'phd' THEN 300000 WHEN 'master' THEN 180000 WHEN 'bachelor' THEN 54000 ELSE 0 END
      ELSE 0 END AS living,
    CASE WHEN degree = 'phd' AND employer IN ('public', 'university') AND age <= 40
      THEN CASE title WHEN 'full' THEN 500000 WHEN 'vice' THEN 300000 ELSE 200000 END ELSE 0 END AS research,
    CASE WHEN founder AND age >= 18 AND age < 45 AND degree <> 'associate' THEN 100000 ELSE 0 END AS startup,
    CASE WHEN on_post THEN CASE category WHEN 'a' THEN 2000000 WHEN 'b' THEN 1000000 WHEN 'c' THEN 600000 ELSE 0 END
      ELSE 0 END AS talent,
    CASE WHEN outside AND full_time AND months >= 12 THEN 5000 ELSE 0 END AS travel,
    CASE WHEN age < 35 AND months <= 12 AND degree <> 'associate' AND NOT founder THEN 9000 ELSE 0 END AS internship,
    CASE WHEN employer IN ('private', 'state') AND salary > 300000 AND contract >= 3
      THEN least(salary * 0.1, 100000) ELSE 0 END AS reward,
    CASE WHEN degree = 'phd' AND age <= 35 AND employer = 'university' AND on_post THEN 300000 ELSE 0 END AS postdoc,
    CASE WHEN renting AND NOT bought AND (degree IN ('master', 'phd') OR title <> 'none' OR category <> 'uncertified')
      THEN 6000 ELSE 0 END AS apartment
  FROM people
)
SELECT *, greatest(settling_in, rent, purchase) + greatest(research, postdoc) + living + startup + talent + travel
  + internship + reward + apartment AS total
FROM judged
"""


def amounts(people: pa.Table) -> dict[str, Any]:
    """元 by rule and in total, for a table of people."""
    with duckdb.connect() as connection:
        connection.register("people", people)
        found = connection.sql(TEXT).to_arrow_table()
    return {name: found[name].to_numpy() for name in found.column_names}
