"""All tables of the program in one place: importing a module here is what makes it known."""

from sqlalchemy import MetaData

from backend import idempotency, outbox, storage
from backend.accounts import api_keys, codes, one_time_links, throttling, views_log
from backend.accounts import models as accounts
from backend.booking import address_book, changes, receivers
from backend.booking import models as booking
from backend.booking.following import tokens as follow_tokens
from backend.booking.notices import opt_outs
from backend.cash import entries as cash
from backend.catalogue import models as catalogue
from backend.catalogue import remote_areas
from backend.courier_day import exchange_codes, nightly_check, work_days
from backend.courier_day import models as courier_day
from backend.courier_day import position_models as positions
from backend.courier_day.arrivals import models as arrivals
from backend.courier_day.counters import acts
from backend.courier_day.feedback import models as feedback
from backend.courier_day.interventions import storm
from backend.database import Base
from backend.dossiers import forms, offers, papers, pins, public_chain
from backend.dossiers import models as dossiers
from backend.fleet import models as fleet
from backend.places import clerks
from backend.places import models as places
from backend.planning import locks, route_changes
from backend.planning import models as planning
from backend.planning.closing import models as closing
from backend.planning.slots import models as slots

MODULES_WITH_TABLES = (
    accounts,
    address_book,
    api_keys,
    arrivals,
    acts,
    booking,
    cash,
    catalogue,
    changes,
    clerks,
    closing,
    codes,
    courier_day,
    dossiers,
    exchange_codes,
    feedback,
    fleet,
    follow_tokens,
    forms,
    idempotency,
    locks,
    nightly_check,
    offers,
    one_time_links,
    opt_outs,
    outbox,
    papers,
    pins,
    places,
    planning,
    positions,
    receivers,
    remote_areas,
    route_changes,
    public_chain,
    slots,
    storage,
    storm,
    throttling,
    views_log,
    work_days,
)

MODELS: MetaData = Base.metadata
"""What the database should look like."""
