"""The pages people see: the chat, the card, the benefits, privacy; every form works without a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from talent_bot.channels.web.blocks import ask_of
from talent_bot.channels.web.clauses import page_of
from talent_bot.channels.web.conversation import Conversations
from talent_bot.channels.web.facts import bunches, facts_of
from talent_bot.channels.web.limits import ADDRESS, VISITOR, Buckets
from talent_bot.channels.web.problems import problem_page
from talent_bot.channels.web.sessions import (
    Visitor,
    forget,
    remember,
    remember_print,
    same_origin,
    visitor_of,
)
from talent_bot.channels.web.templating import render
from talent_bot.channels.web.tongues import html_code, remember_language, say_of
from talent_bot.dialogue import SELF, Dialogue, Event
from talent_bot.pictures import Unavailable, card_pdf, card_png
from talent_bot.reply import Card
from talent_bot.result import card
from talent_bot.scene import who
from talent_bot.words import LANGUAGES, Words, marked
from talent_rules import Facts, Outcome, RuleBase, cited_words

MAX_TEXT = 1000
DRAWING = 8  # a picture costs as much as so many messages
_PANEL = {"x:undo": marked("撤销上一步"), "x:restart": marked("重新开始"), "x:forget": marked("忘记我")}


@dataclass
class Pages:
    """The handlers, over the conversations of one process."""

    talks: Conversations
    visitors: Buckets = field(default_factory=lambda: Buckets(VISITOR))
    addresses: Buckets = field(default_factory=lambda: Buckets(ADDRESS))

    # the chat ------------------------------------------------------------------------------

    async def chat(self, request: Request) -> Response:
        """The conversation as it stands."""
        visitor = visitor_of(request)
        dialogue, messages = await self.talks.page(visitor.id, visitor.lang)
        advisor = self.talks.advisor
        say = advisor.say(dialogue)
        facts = facts_of(advisor, dialogue, say)
        values = {
            "messages": messages,
            "ask": ask_of(messages[-1].blocks),
            "example": self._example(dialogue, say),
            "facts": facts,
            "bunches": bunches(facts),
            "about": "" if dialogue.subject == SELF else who(dialogue.subject, say),
            "version": advisor.base.version[7:15],
        }
        return self._page("chat.html", request, visitor, values, dialogue=dialogue, here="chat")

    def _example(self, dialogue: Dialogue, say: Words) -> str:
        """What to write for the question that stands open, where it has to be written."""
        pending = dialogue.pending
        if pending is None or pending.options or len(pending.fields) != 1:
            return ""
        entry = self.talks.advisor.base.vocabulary.fields.get(pending.fields[0])
        return say(entry.example) if entry and entry.example else ""

    async def say(self, request: Request) -> Response:
        """One message from the form; then back to the page, at the answer."""
        visitor = visitor_of(request)
        say = say_of(request)
        if (wait := self._wait(request, visitor)) > 0:
            hint = say("请稍等几秒再发，您之前说的都还在。")
            return problem_page(request, 429, say("您发得太快了"), hint, wait)
        form = await _form(request)
        if not visitor.signed(form.get("token", "")) or not same_origin(request):
            return self._forged(request, marked("这个页面放得太久，或不是从本站发来的"))
        event = Event(form.get("text", "")[:MAX_TEXT], form.get("payload", "")[:64])
        said = await self.talks.say(visitor.id, event, visitor.lang, self._shown)
        if said.erased:
            answer = RedirectResponse("/forgotten", 303)
            forget(answer)
            return answer
        answer = RedirectResponse(f"/#m{said.first}", 303)
        if said.lang != visitor.lang:
            remember_language(answer, said.lang, secure=request.url.scheme == "https")
        return answer

    def _forged(self, request: Request, message: str) -> Response:
        say = say_of(request)
        return problem_page(request, 403, say(message), say("请回到首页再发一次；您之前说的都还在。"))

    def _shown(self, event: Event, say: Words) -> str:
        """What the person's own line says when a button of the panel was pressed."""
        kind, _, name = event.payload.partition(":")
        if event.payload in _PANEL:
            return say(_PANEL[event.payload])
        entry = self.talks.advisor.base.vocabulary.fields.get(name)
        return say("修改：{name}", name=say(entry.name)) if kind == "e" and entry else ""

    def _wait(self, request: Request, visitor: Visitor, cost: float = 1) -> float:
        address = request.client.host if request.client else ""
        return max(self.addresses.wait(address, cost), self.visitors.wait(visitor.id, cost) if visitor.known else 0)

    # how it is shown -----------------------------------------------------------------------

    async def print_size(self, request: Request) -> Response:
        """Larger or normal print, kept in a cookie."""
        visitor, form = visitor_of(request), await _form(request)
        if not visitor.signed(form.get("token", "")) or not same_origin(request):
            return self._forged(request, marked("没有改成字号"))
        answer = RedirectResponse(_inside(form.get("back", "/")), 303)
        remember_print(answer, form.get("size") == "large", secure=request.url.scheme == "https")
        return answer

    async def language(self, request: Request) -> Response:
        """Another language, for the browser and for the conversation it has."""
        visitor, form = visitor_of(request), await _form(request)
        lang = form.get("lang", "")
        if lang not in LANGUAGES or not visitor.signed(form.get("token", "")) or not same_origin(request):
            return self._forged(request, marked("没有换成别的语言"))
        await self.talks.speak(visitor.id, lang)
        answer = RedirectResponse(_inside(form.get("back", "/")), 303)
        remember_language(answer, lang, secure=request.url.scheme == "https")
        return answer

    async def forgotten(self, request: Request) -> Response:
        """What is said after everything has been deleted."""
        return self._page("forgotten.html", request, visitor_of(request), {})

    # the card ------------------------------------------------------------------------------

    async def card(self, request: Request) -> Response:
        """The summary to read, print and download."""
        visitor = visitor_of(request)
        dialogue = await self.talks.dialogue(visitor.id)
        told = dialogue is not None and dialogue.facts(dialogue.subject)
        values = {"card": await self._card(dialogue) if dialogue and told else None}
        return self._page("card.html", request, visitor, values, dialogue=dialogue, here="card")

    async def card_pdf(self, request: Request) -> Response:
        """The card as A4 pages."""
        return await self._file(request, card_pdf, "application/pdf", "talent-card.pdf")

    async def card_png(self, request: Request) -> Response:
        """The card as a picture."""
        return await self._file(request, card_png, "image/png", "talent-card.png")

    async def _file(self, request: Request, draw: Callable[[Card], bytes], media: str, name: str) -> Response:
        visitor, say = visitor_of(request), say_of(request)
        if (wait := self._wait(request, visitor, DRAWING)) > 0:
            return problem_page(request, 429, say("下载得太快了"), say("请稍等几秒再试。"), wait)
        dialogue = await self.talks.dialogue(visitor.id)
        if dialogue is None or not dialogue.facts(dialogue.subject):
            return problem_page(request, 404, say("还没有结果可以下载"), say("先回答一两个问题，就能下载结果。"))
        try:
            body = await to_thread.run_sync(draw, await self._card(dialogue))
        except Unavailable as error:
            hint = say("您可以用浏览器的打印功能存成 PDF。")
            return problem_page(request, 503, say("这台服务器现在画不了图片和 PDF"), f"{error} {hint}")
        return Response(body, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    async def _card(self, dialogue: Dialogue) -> Card:
        return await to_thread.run_sync(card, self.talks.advisor, dialogue, self.talks.today())

    # the rules -----------------------------------------------------------------------------

    async def benefits(self, request: Request) -> Response:
        """Every benefit of the place, by policy; those in force that concern the most people first."""
        visitor = visitor_of(request)
        dialogue = await self.talks.dialogue(visitor.id)
        groups = await to_thread.run_sync(_by_policy, self.talks.advisor.base, self.talks.today())
        return self._page("benefits.html", request, visitor, {"groups": groups}, dialogue=dialogue, here="benefits")

    async def benefit(self, request: Request) -> Response:
        """One benefit: what is paid, conditions, sources, and what is left open."""
        visitor = visitor_of(request)
        dialogue = await self.talks.dialogue(visitor.id)
        advisor = self.talks.advisor
        say = self._words(dialogue, visitor)
        name = f"{request.path_params['policy']}/{request.path_params['benefit']}"
        found = next((b for b in advisor.base.benefits if b.id == name), None)
        if found is None:
            hint = say("它可能改了名字，请在“全部待遇”里找。")
            return problem_page(request, 404, say("没有这一项待遇"), hint)
        facts = advisor.facts(dialogue, dialogue.subject) if dialogue else Facts()
        page = await to_thread.run_sync(page_of, advisor.base, found, facts, self.talks.today(), say)
        return self._page("benefit.html", request, visitor, {"page": page}, dialogue=dialogue, here="benefits")

    async def privacy(self, request: Request) -> Response:
        """What is kept, for how long, and how to have it deleted."""
        visitor = visitor_of(request)
        dialogue = await self.talks.dialogue(visitor.id)
        return self._page("privacy.html", request, visitor, {}, dialogue=dialogue, here="privacy")

    async def version(self, request: Request) -> Response:
        """The rule base this page answers from; as JSON for who asks for JSON."""
        base = self.talks.advisor.base
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse(version_json(base))
        visitor = visitor_of(request)
        dialogue = await self.talks.dialogue(visitor.id)
        say = self._words(dialogue, visitor)
        values = {
            "base": base.version,
            "release": base.release,
            "policies": [(cited_words(p.name, p.number, say), p.since) for p in base.policies.values()],
            "benefits": len(base.benefits),
        }
        return self._page("version.html", request, visitor, values, dialogue=dialogue, here="version")

    async def health(self, request: Request) -> Response:
        """Alive, with rules loaded and a store that answers."""
        try:
            await self.talks.store.load("")
        except Exception:  # whatever the store's trouble is, the answer is the same
            return PlainTextResponse("store", 503)
        return PlainTextResponse("ok")

    # ---------------------------------------------------------------------------------------

    def _words(self, dialogue: Dialogue | None, visitor: Visitor) -> Words:
        return self.talks.advisor.say(dialogue or Dialogue(lang=visitor.lang))

    def _page(
        self,
        template: str,
        request: Request,
        visitor: Visitor,
        values: Mapping[str, object],
        *,
        dialogue: Dialogue | None = None,
        here: str = "",
    ) -> HTMLResponse:
        say = self._words(dialogue, visitor)
        body = render(
            template,
            **values,
            say=say,
            lang=html_code(say.lang),
            token=visitor.token,
            large=visitor.large,
            here=here,
            back=request.url.path,
            count=len(dialogue.facts(dialogue.subject)) if dialogue else 0,
            original=_originals(self.talks.advisor.base, say),
        )
        answer = HTMLResponse(body)
        if not visitor.known:
            remember(answer, visitor, secure=request.url.scheme == "https")
        return answer


def version_json(base: RuleBase) -> dict[str, object]:
    """Which rules answer, for a program."""
    found: dict[str, object] = {"place": base.place, "rule_base": base.version}
    if base.release:
        found |= {"effective": base.release.effective.isoformat(), "approved_by": base.release.approved_by}
    return found


def _by_policy(base: RuleBase, on: date) -> list[tuple[Any, list[Any]]]:
    """Policies with their benefits: first what is in force and pays persons most often, last what has expired."""
    over = {v.benefit for v in base.decide(Facts(), as_of=on).verdicts if v.outcome is Outcome.OUT_OF_SCOPE}
    found = [(p, [b for b in base.benefits if b.policy == p.id]) for p in base.policies.values()]
    return sorted(found, key=lambda group: -sum(b.to_person and b.id not in over for b in group[1]))


def _originals(base: RuleBase, say: Words) -> Callable[[str], str]:
    """The Chinese name of a benefit beside its translation: it is what the desk knows it by."""
    names = {} if say.source else {b.id: b.name for b in base.benefits if say(b.name) != b.name}
    return lambda benefit: names.get(benefit, "")


async def _form(request: Request) -> dict[str, str]:
    """The text fields of a form; files are not taken."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    async with request.form(max_fields=8) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def _inside(back: str) -> str:
    """An address on this site, or the front page."""
    parts = urlsplit(back)
    sound = back.startswith("/") and not back.startswith(("//", "/\\")) and not parts.netloc and "\\" not in back
    return back if sound and back.isprintable() else "/"
