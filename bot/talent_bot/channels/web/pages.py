"""The pages people see: the chat, the card, the benefits, privacy; every form works without a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

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
from talent_bot.dialogue import Dialogue, Event
from talent_bot.pictures import Unavailable, card_pdf, card_png
from talent_bot.reply import Card
from talent_bot.result import card
from talent_rules import Facts, Outcome

MAX_TEXT = 1000
DRAWING = 8  # a picture costs as much as so many messages
_PANEL = {"x:undo": "撤销上一步", "x:restart": "重新开始", "x:forget": "忘记我"}


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
        dialogue, messages = await self.talks.page(visitor.id)
        advisor = self.talks.advisor
        facts = facts_of(advisor, dialogue)
        values = {
            "messages": messages,
            "ask": ask_of(messages[-1].blocks),
            "facts": facts,
            "bunches": bunches(facts),
            "about": "" if dialogue.subject == "self" else dialogue.subject,
            "version": advisor.base.version[7:15],
        }
        return self._page("chat.html", request, visitor, values, dialogue=dialogue, here="chat")

    async def say(self, request: Request) -> Response:
        """One message from the form; then back to the page, at the answer."""
        visitor = visitor_of(request)
        if (wait := self._wait(request, visitor)) > 0:
            return problem_page(429, "您发得太快了", "请稍等几秒再发，您之前说的都还在。", wait)
        form = await _form(request)
        if not visitor.signed(form.get("token", "")) or not same_origin(request):
            return problem_page(403, "这个页面放得太久，或不是从本站发来的", "请回到首页再发一次；您之前说的都还在。")
        event = Event(form.get("text", "")[:MAX_TEXT], form.get("payload", "")[:64])
        said = await self.talks.say(visitor.id, event, self._shown(event))
        if said.erased:
            answer = RedirectResponse("/forgotten", 303)
            forget(answer)
            return answer
        return RedirectResponse(f"/#m{said.first}", 303)

    def _shown(self, event: Event) -> str:
        """What the person's own line says when a button of the panel was pressed."""
        kind, _, name = event.payload.partition(":")
        if event.payload in _PANEL:
            return _PANEL[event.payload]
        entry = self.talks.advisor.base.vocabulary.fields.get(name)
        return f"修改：{entry.name}" if kind == "e" and entry else ""

    def _wait(self, request: Request, visitor: Visitor, cost: float = 1) -> float:
        address = request.client.host if request.client else ""
        return max(self.addresses.wait(address, cost), self.visitors.wait(visitor.id, cost) if visitor.known else 0)

    async def print_size(self, request: Request) -> Response:
        """Larger or normal print, kept in a cookie."""
        visitor = visitor_of(request)
        form = await _form(request)
        if not visitor.signed(form.get("token", "")) or not same_origin(request):
            return problem_page(403, "没有改成字号", "请回到首页再试一次。")
        answer = RedirectResponse(_inside(form.get("back", "/")), 303)
        remember_print(answer, form.get("size") == "large", secure=request.url.scheme == "https")
        return answer

    async def forgotten(self, request: Request) -> Response:
        """What is said after everything has been deleted."""
        return self._page("forgotten.html", request, visitor_of(request), {})

    # the card ------------------------------------------------------------------------------

    async def card(self, request: Request) -> Response:
        """The summary to read, print and download."""
        visitor = visitor_of(request)
        dialogue = await self.talks.dialogue(visitor.id) or Dialogue()
        values = {"card": await self._card(dialogue) if dialogue.facts(dialogue.subject) else None}
        return self._page("card.html", request, visitor, values, dialogue=dialogue, here="card")

    async def card_pdf(self, request: Request) -> Response:
        """The card as A4 pages."""
        return await self._file(request, card_pdf, "application/pdf", "talent-card.pdf")

    async def card_png(self, request: Request) -> Response:
        """The card as a picture."""
        return await self._file(request, card_png, "image/png", "talent-card.png")

    async def _file(self, request: Request, draw: Callable[[Card], bytes], media: str, name: str) -> Response:
        visitor = visitor_of(request)
        if (wait := self._wait(request, visitor, DRAWING)) > 0:
            return problem_page(429, "下载得太快了", "请稍等几秒再试。", wait)
        dialogue = await self.talks.dialogue(visitor.id)
        if dialogue is None or not dialogue.facts(dialogue.subject):
            return problem_page(404, "还没有结果可以下载", "先回答一两个问题，就能下载结果。")
        try:
            body = await to_thread.run_sync(draw, await self._card(dialogue))
        except Unavailable as error:
            return problem_page(503, "这台服务器现在画不了图片和 PDF", f"{error}。您可以用浏览器的打印功能存成 PDF。")
        return Response(body, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    async def _card(self, dialogue: Dialogue) -> Card:
        return await to_thread.run_sync(card, self.talks.advisor, dialogue, self.talks.today())

    # the rules -----------------------------------------------------------------------------

    async def benefits(self, request: Request) -> Response:
        """Every benefit of the place, by policy."""
        base = self.talks.advisor.base
        groups = [(p, [b for b in base.benefits if b.policy == p.id]) for p in base.policies.values()]
        return self._page("benefits.html", request, visitor_of(request), {"groups": groups}, here="benefits")

    async def benefit(self, request: Request) -> Response:
        """One benefit: clauses, conditions, amounts, sources, and what is left open."""
        base = self.talks.advisor.base
        name = f"{request.path_params['policy']}/{request.path_params['benefit']}"
        found = next((b for b in base.benefits if b.id == name), None)
        if found is None:
            return problem_page(404, "没有这一项待遇", "它可能改了名字，请在“全部待遇”里找。")
        visitor = visitor_of(request)
        dialogue = await self.talks.dialogue(visitor.id)
        facts = self.talks.advisor.facts(dialogue, dialogue.subject) if dialogue else Facts()
        page = await to_thread.run_sync(page_of, base, found, facts, self.talks.today())
        values = {"page": page, "outcomes": {o.value: o.label for o in Outcome}}
        return self._page("benefit.html", request, visitor, values, dialogue=dialogue, here="benefits")

    async def privacy(self, request: Request) -> Response:
        """What is kept, for how long, and how to have it deleted."""
        return self._page("privacy.html", request, visitor_of(request), {}, here="privacy")

    async def version(self, request: Request) -> Response:
        """The rule base this page answers from."""
        base = self.talks.advisor.base
        values = {
            "base": base.version,
            "release": base.release,
            "place": base.place,
            "policies": [(p.title, p.number, p.since) for p in base.policies.values()],
            "benefits": len(base.benefits),
        }
        return self._page("version.html", request, visitor_of(request), values, here="version")

    async def health(self, request: Request) -> Response:
        """Alive, with rules loaded and a store that answers."""
        try:
            await self.talks.store.load("")
        except Exception:  # whatever the store's trouble is, the answer is the same
            return PlainTextResponse("store", 503)
        return PlainTextResponse("ok")

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
        body = render(
            template,
            **values,
            _=self.talks.advisor.say(dialogue or Dialogue()),
            lang="en" if dialogue and dialogue.lang == "en" else "zh-CN",
            token=visitor.token,
            large=visitor.large,
            here=here,
            back=request.url.path,
            count=len(dialogue.facts(dialogue.subject)) if dialogue else 0,
        )
        answer = HTMLResponse(body)
        if not visitor.known:
            remember(answer, visitor, secure=request.url.scheme == "https")
        return answer


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
