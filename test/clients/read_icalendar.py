"""Reads a feed with python3-icalendar and prints as JSON what it finds: every occurrence, and the texts of events."""

import json
import sys
from datetime import datetime, timedelta, timezone

import pytz
from dateutil.rrule import rruleset, rrulestr
from icalendar import Calendar

DAY = timedelta(days=1)


def clock(value, zone):
    """What the clock of a zone shows, without the zone; of a date its midnight."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value.astimezone(zone).replace(tzinfo=None)


def shown(summary, start, end):
    if isinstance(start, datetime):
        form = "%Y-%m-%dT%H:%M:%SZ"
        return {"summary": summary, **{k: v.astimezone(timezone.utc).strftime(form) for k, v in (("start", start), ("end", end))}}
    return {"summary": summary, "start": start.isoformat(), "end": (end - DAY).isoformat()}


def rule_of(event, zone):
    """Its rule as dateutil takes it for a clock without a zone."""
    rule = dict(part.split("=") for part in event["rrule"].to_ical().decode().split(";"))
    if "UNTIL" in rule:
        rule["UNTIL"] = clock(event["rrule"]["UNTIL"][0], zone).strftime("%Y%m%dT%H%M%S")
    return ";".join(f"{name}={value}" for name, value in rule.items())


def dropped(event):
    lists = event.get("exdate", [])
    return [each.dt for one in (lists if isinstance(lists, list) else [lists]) for each in one.dts]


def occurrences(event, moved):
    """All times of an event: those of a rule by the clock of its zone (RFC 5545 3.3.10)."""
    summary = str(event["summary"])
    start = event.decoded("dtstart")
    end = event.decoded("dtend", start)
    if "rrule" not in event:
        return [shown(summary, start, end)]
    zone = pytz.timezone(start.tzinfo.zone) if isinstance(start, datetime) else None
    rules = rruleset()
    rules.rrule(rrulestr(rule_of(event, zone), dtstart=clock(start, zone)))
    for other in [*dropped(event), *moved.get(str(event["uid"]), [])]:
        rules.exdate(clock(other, zone))
    length = clock(end, zone) - clock(start, zone)
    if zone is None:
        return [shown(summary, found.date(), (found + length).date()) for found in rules]
    return [shown(summary, zone.localize(found), zone.localize(found + length)) for found in rules]


events = Calendar.from_ical(sys.stdin.buffer.read()).walk("VEVENT")
moved = {}
for event in events:
    if "recurrence-id" in event:
        moved.setdefault(str(event["uid"]), []).append(event.decoded("recurrence-id"))

json.dump(
    {
        "occurrences": [found for event in events for found in occurrences(event, moved)],
        "texts": [
            {"name": str(event["summary"]), "location": str(event.get("location", "")), "details": str(event.get("description", ""))}
            for event in events
        ],
        "errors": [f"{name}: {error}" for event in events for name, error in event.errors],
    },
    sys.stdout,
)
