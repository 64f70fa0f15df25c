"""Which answer a side question gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from talent_bot import amounts, particulars
from talent_bot.inquiry import Inquiry
from talent_bot.reply import Block

ANSWERS: Mapping[str, Callable[[Inquiry], list[Block]]] = {
    "ask_amount": amounts.amount,
    "ask_eligibility": amounts.amount,
    "ask_overview": amounts.overview,
    "ask_compare": amounts.stack,
    "ask_stack": amounts.stack,
    "what_if": amounts.what_if,
    "ask_definition": particulars.definition,
    "ask_materials": particulars.materials,
    "ask_process": particulars.process,
    "ask_deadline": particulars.deadline,
    "ask_schedule": particulars.schedule,
    "ask_progress": particulars.progress,
    "ask_source": particulars.source,
    "ask_why": particulars.why,
    "ask_human": particulars.human,
    "export": particulars.export,
}
