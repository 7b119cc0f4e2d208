"""Connecting accounts and parting them, and where somebody wants to be written to."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.engine.ports import (
    Actor,
    Changes,
    Deliver,
    Done,
    Event,
    Job,
    Moment,
    Raise,
    Say,
    ToPerson,
    Viewer,
    show,
)
from core.message import Phrase, Post
from core.people.accounts import posts
from core.people.accounts.merging import merged
from core.people.accounts.model import (
    CODE,
    LASTS,
    Code,
    Missed,
    code_in,
    digest,
    drawn,
    kept_apart,
    opens,
    separated,
    spent,
    tried,
)
from core.people.handlers import alone, privately, redrawn
from core.people.model import Account, Merger, Person, Teller, Twins, alive

# --- which there are ----------------------------------------------------------------------------


async def mine(event: Event, moment: Moment, me: Person) -> Changes:
    """Lists the accounts of a person, privately."""
    slot = f"accounts/{me.id}/{moment.id('card')[:8]}"
    return privately(event, moment, me, posts.accounts(me, slot))


async def home(event: Event, moment: Moment, me: Person) -> Changes:
    """Writes to the account that was chosen, or again to the last active one."""
    account = event.args.get("account", "")
    if account and account not in me.accounts:
        return Changes(reply=Done(posts.NOT_YOURS))
    new = replace(me, home=account)
    note = posts.HERE if account else posts.LAST
    return Changes(saves=(new,)) + _redrawn(event, moment, new, note)


async def separate(event: Event, moment: Moment, me: Person) -> Changes:
    """An account becomes a person of its own again, and the other side hears of it."""
    account = event.args.get("account", "")
    if account not in me.accounts:
        return Changes(reply=Done(posts.NOT_YOURS))
    if len(me.accounts) == 1:
        return Changes(reply=Done(posts.ONLY))
    by = event.by or Actor(account="")
    if by.account != account and await _on_trust(moment, by.account):
        return Changes(reply=Done(posts.ON_TRUST))
    rest, fresh, changes = await separated(me, account, by, moment)
    self_parted = by.account == account
    told = rest if self_parted else fresh
    work = Deliver(ToPerson(told.id), posts.parted(account))
    job = Job(key=f"parted/{fresh.id}", work=work, weight="essential")
    changes += Changes(jobs=(job,))
    if self_parted:
        return changes + Changes(reply=Done(posts.SEPARATED))
    return changes + _redrawn(event, moment, rest, posts.SEPARATED)


async def _on_trust(moment: Moment, account: str) -> bool:
    """Whether only an e-mail address says whose account this is: it may have been given on."""
    known = await moment.read.get(Account, account)
    return known is not None and known.by_mail


def _redrawn(event: Event, moment: Moment, me: Person, note: Phrase) -> Changes:
    """The pressed list as it stands now, else a sentence."""
    pressed = event.origin.slot if event.origin else ""
    mine = pressed.startswith(f"accounts/{me.id}/")
    return redrawn(event, moment, me, posts.accounts(me, pressed if mine else ""), note)


# --- by code ------------------------------------------------------------------------------------


async def link(event: Event, moment: Moment, me: Person) -> Changes:
    """`link`: a code for the other account; `link CODE`: whose account this would be."""
    typed = code_in(event.text) if event.source == "message" else ""
    if not alone(event):
        return await _spilled(moment, typed)
    if typed and event.by:
        return await _typed(event, moment, me, event.by.account, typed)
    text = drawn()
    account = event.by.account if event.by else ""
    code = Code(id=digest(text), person=me.id, account=account, until=moment.now + LASTS)
    old = (await moment.read.find(Code, person=me.id)).items
    return Changes(
        saves=(code,),
        deletes=old,
        jobs=(_over(event, code),),
        reply=Say(posts.code(text)),
    )


def _over(event: Event, code: Code) -> Job:
    key = f"accounts.over/{code.id}"
    args = {"code": code.id}
    ends = Event(id=f"timer/{key}", org=event.org, source="timer", name="accounts.over", args=args)
    return Job(key=key, work=Raise(ends), due=code.until)


async def _spilled(moment: Moment, typed: str) -> Changes:
    """A code that was written in the open is nobody's any more."""
    code = await moment.read.get(Code, digest(typed)) if typed else None
    if code is None:
        return Changes(reply=Done(posts.IN_PRIVATE))
    return Changes(deletes=(code,), reply=Done(posts.SPILLED))


async def _typed(event: Event, moment: Moment, me: Person, here: str, typed: str) -> Changes:
    missed = await moment.read.get(Missed, here)
    if spent(missed, moment.now):
        return Changes(reply=Done(posts.WAIT))
    code, owner = await _opened(moment, digest(typed), here)
    if code is None or owner is None or len(typed) != CODE:
        wrong = tried(missed or Missed(id=here), moment.now)
        return Changes(saves=(wrong,), reply=Done(posts.WRONG))
    if owner.id == me.id:
        return Changes(reply=Done(posts.OWN))
    card = posts.confirm(owner, code.account, here, code.id)
    return Changes(saves=(replace(code, typed=here),), reply=Say(card))


async def _opened(moment: Moment, key: str, here: str) -> tuple[Code | None, Person | None]:
    """The code of this digest, if this account may use it now, and whose it is."""
    code = await moment.read.get(Code, key)
    if code is None or not opens(code, key, here, moment.now):
        return None, None
    owner = await alive(moment.read, code.person)
    return code, owner if owner and code.account in owner.accounts else None


async def confirm(
    mergers: Sequence[Merger],
    tellers: Sequence[Teller],
    event: Event,
    moment: Moment,
    me: Person,
) -> Changes:
    """Both accounts are one person's: said with the account that typed the code."""
    here = event.by.account if event.by and alone(event) else ""
    code, owner = await _opened(moment, event.args.get("code", ""), here)
    if code is None or owner is None or not here or code.typed != here or owner.id == me.id:
        return Changes(reply=Done(posts.GONE))
    new, changes = await merged(mergers, tellers, event, moment, (me, owner))
    card = posts.linked(here)
    on_trust = await _on_trust(moment, code.account)
    jobs = (
        Job(key=f"linked/{code.id}/{account}", work=Deliver(ToPerson(new.id, account), card))
        for account in (owner.accounts if on_trust else (code.account,))
    )
    used = () if code in changes.deletes else (code,)
    return changes + Changes(deletes=used, jobs=tuple(jobs), reply=Say(card))


async def decline(event: Event, moment: Moment, me: Person) -> Changes:
    """Somebody else's code, or a change of mind: it works for nobody any more."""
    here = event.by.account if event.by else ""
    code = await moment.read.get(Code, event.args.get("code", ""))
    if code is None or not here or code.typed != here:
        return Changes(reply=Done(posts.GONE))
    return Changes(deletes=(code,), reply=Done(posts.DECLINED))


async def over(event: Event, moment: Moment) -> Changes:
    """A code that was not used is forgotten."""
    code = await moment.read.get(Code, event.args["code"])
    return Changes(deletes=(code,)) if code else Changes()


# --- perhaps one --------------------------------------------------------------------------------


async def join(
    mergers: Sequence[Merger],
    tellers: Sequence[Teller],
    event: Event,
    moment: Moment,
    me: Person,
) -> Changes:
    """One of two says that both are them; once both have, they are one."""
    pair, other = await _pair(event, moment, me)
    if pair is None or other is None:
        return Changes(reply=Done(posts.GONE))
    pair = replace(pair, yes=tuple(dict.fromkeys((*pair.yes, me.id))))
    if other.id not in pair.yes:
        again = show(ToPerson(other.id), f"twins/{pair.id}", weight="essential")
        waits = await _shown(tellers, event, moment, me, pair)
        return Changes(saves=(pair,), jobs=(again,)) + waits
    new, changes = await merged(mergers, tellers, event, moment, (me, other))
    pair = replace(pair, state="joined")
    card = posts.settled(pair)
    jobs = (
        Job(
            key=f"joined/{pair.id}/{account}",
            work=Deliver(ToPerson(new.id, account), replace(card, slot="")),
        )
        for account in other.accounts[:1]
    )
    changes += Changes(saves=(pair,), jobs=tuple(jobs))
    return changes + redrawn(event, moment, me, card, posts.ONE)


async def apart(event: Event, moment: Moment, me: Person) -> Changes:
    """They are two, and stay so."""
    pair, other = await _pair(event, moment, me)
    if pair is None or other is None:
        return Changes(reply=Done(posts.GONE))
    pair = await kept_apart(me.id, other.id, moment)
    again = show(ToPerson(other.id), f"twins/{pair.id}", weight="essential")
    changes = Changes(saves=(pair,), jobs=(again,))
    return changes + redrawn(event, moment, me, posts.settled(pair), posts.APART)


async def _pair(event: Event, moment: Moment, me: Person) -> tuple[Twins | None, Person | None]:
    """The open question that a button names, if it is about me, and the other one."""
    pair = await moment.read.get(Twins, event.args.get("twins", ""))
    if pair is None or pair.state != "open" or me.id not in (pair.one, pair.other):
        return None, None
    other = await alive(moment.read, pair.other if me.id == pair.one else pair.one)
    return pair, other if other and other.id != me.id else None


async def _shown(
    tellers: Sequence[Teller],
    event: Event,
    moment: Moment,
    me: Person,
    pair: Twins,
) -> Changes:
    card = await _card(tellers, moment, pair, me)
    if card is None:
        return Changes(reply=Done(posts.WAITS))
    return redrawn(event, moment, me, card, posts.WAITS)


async def _card(tellers: Sequence[Teller], moment: Moment, pair: Twins, me: Person) -> Post | None:
    """The question to one of the two, or what became of it."""
    if pair.state != "open":
        return posts.settled(pair)
    other = await alive(moment.read, pair.other if me.id == pair.one else pair.one)
    if other is None or other.id == me.id:
        return None
    lines = [line for tell in tellers for line in await tell(moment.read, me)]
    theirs = [line for tell in tellers for line in await tell(moment.read, other)]
    return posts.twins(pair, me, lines, other, len(theirs))


# --- views --------------------------------------------------------------------------------------


async def mine_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """Somebody's accounts, for their eyes."""
    me = await alive(moment.read, viewer.person) if viewer.person else None
    return posts.accounts(me, slot) if me and slot.split("/")[1:2] == [me.id] else None


async def joined_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """That an account was taken for somebody's, to them."""
    account = slot.partition("/")[2]
    me = await alive(moment.read, viewer.person) if viewer.person else None
    several = me is not None and account in me.accounts and len(me.accounts) > 1
    return posts.joined(me, account, slot) if me and several else None


async def twins_view(
    tellers: Sequence[Teller], moment: Moment, slot: str, viewer: Viewer
) -> Post | None:
    """That somebody seems to be here twice, to either of the two."""
    pair = await moment.read.get(Twins, slot.partition("/")[2])
    me = await alive(moment.read, viewer.person) if viewer.person else None
    if pair is None or me is None:
        return None
    ours = [await alive(moment.read, one) for one in (pair.one, pair.other)]
    if me.id not in [one.id for one in ours if one]:
        return None
    return await _card(tellers, moment, pair, me)
