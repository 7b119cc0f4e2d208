"""Sends that a program asks for, in the name of a person."""

from core.courses.model import Send
from core.courses.requests import handlers, personal
from core.courses.requests.model import Addresses, Request
from core.slices import Action, Slice

SLICE = Slice(
    actions={"courses.request": Action(handlers.ask)},
    timers={"courses.requested": handlers.requested, "courses.request_over": handlers.over},
    follows={Send: handlers.follow},
    records=(Request, Addresses),
    exports={"course_requests": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.merged,),
)
