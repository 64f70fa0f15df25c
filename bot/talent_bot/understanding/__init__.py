"""What a message means: people's words in, typed facts and intents out; deterministic, no model, no network.

    u = Understander.from_data(Path("policy_data"))
    u.read("我是985博士，35岁，能拿多少安家费？", today=date(2026, 11, 21)).facts
    # {"self": {"degree": "phd", "school_claim": "985", "age": 35}}

The parts of `Understood` and what may be done with them:

* `facts`        {person: {field: value}} — said plainly, of that person, now; may be stored.
* `deny`         {person: {field: [values]}} — values ruled out (“我不是博士”). Of a yes/no field the
                 negation is a fact: “没买房” gives `bought_home: false`.
* `clear`        {person: [fields]} — fields the speaker takes back (“把年薪删掉”); nothing else is touched.
* `hypothetical` {person: {field: value}} — said under 要是/如果/假设; never stored.
* `derive`       {person: {field: value}} — follows from the words alone (985 → double_first_class); the rule
                 base derives the same, so this is for echoing.
* `confirm`      {person: {field: [candidates]}} — heard but not sure: 研究生, a misspelt school, an
                 abbreviation of several schools, 可能/应该, a word inside a general question. Ask before use.
* `ambiguous`    {person: {words: [facts, …]}} — one name of two things (“草原英才” of the city or of the region): each
                 reading is what it sets. Offer them; it takes the place of `confirm` for the fields it sets.
* `choice`       the id of the offered option that was picked, when options were in the context.
* `subject`      the person whose entitlement the message is about.

Values are those of the vocabulary: ids, integers of yuan, `2024-07`, `{"min": 3}`. “不到三年” is
`{"max": 2.99}`. Vague words (左右, 将近, 大概) give a range that surely holds, or nothing.
"""

from talent_bot.understanding.result import Context, Option, Understood
from talent_bot.understanding.staff import STAFF
from talent_bot.understanding.understander import Understander

__all__ = ["STAFF", "Context", "Option", "Understander", "Understood"]
