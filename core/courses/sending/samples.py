"""One send, for the examples of its cards."""

from datetime import date, timedelta

from core.cohorts.words import SAMPLE, SAMPLED
from core.courses.model import Audience, Course, Send

COURSE = Course(
    catalogue="demo",
    id="feedback",
    url="https://learn.example.org/feedback-that-lands",
    title="Feedback that lands",
    minutes=12,
    provider="Example Learning",
    image="https://learn.example.org/feedback.png",
    kind="video",
)
SEND = Send(
    id="sample",
    version=1,
    by="ada",
    made=SAMPLED,
    rank="1",
    courses=(COURSE,),
    course=COURSE.key,
    state="ready",
    cohort=SAMPLE.id,
    purpose="Fewer surprises at shift change",
    question="Which sentence could you say this week?",
    audience=Audience(kind="cohort", ids=(SAMPLE.id,), name=SAMPLE.name),
    due=date(2027, 3, 12),
    round=1,
    pages=1,
    goes=SAMPLED + timedelta(minutes=1),
)
