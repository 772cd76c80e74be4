"""Names of the columns in the kernels' tables: few tables pass quickly from kernel to kernel."""

FAR = 1 << 60
"""Later than any clock, more than any limit."""

NEVER = -FAR
"""Earlier than any clock."""

BLOCKED = 2_000_000_000
"""Ride in seconds where there is no way: later than the end of any shift."""

# tasks: one row per task, alternatives included; what clocks ask for stands in one line of cache
(
    PLACE, SITE, SERVICE, FINISH, OPENS, CLOSES, WINDOW_AT, WINDOW_END, WORK, PRICE, SOFT_AT,
    SOFT_END, PIN, RANK, STRICT,
) = range(15)  # fmt: skip
TASK_COLUMNS = 16

# windows: earliest and latest start, releases applied
FROM, TO = range(2)

# soft windows: latest start without a price, price per second of a later one
SOFT_TO, SOFT_PRICE = range(2)

# works: offsets into the list of task numbers, and what leaving it out costs
(
    PICK_AT, PICK_END, DROP_AT, DROP_END, PENALTY, TIGHTNESS, DISTANCE, MOST_ON_BOARD, BEFORE,
    STAYS,
) = range(10)  # fmt: skip
WORK_COLUMNS = 10

# vehicles
(
    START, START_SITE, END, SHIFT_FROM, SHIFT_TO, FAMILIARITY, PROFILE, PER_SECOND, PER_METRE,
    FIXED, COUNTS_METRES, LIMITED, MOST_STOPS, MOST_TASKS, MOST_METRES, MOST_RIDE, TWIN, BREAK_AT,
    BREAKS, TIMED, FLOATS, ORDERED, SHIFT_END, OVER_PRICE, HOUR_AT, HOURS,
) = range(26)  # fmt: skip
VEHICLE_COLUMNS = 26
"""SHIFT_TO is the end of the overtime. TIMED: slacks do not tell all of a route; FLOATS: the first
task moves the whole clock; ORDERED: pins demand an order."""

# hours: from when a table of rides holds
HOUR_FROM, HOUR_TABLE = range(2)

# general: a moved work's price, how many may move, what calling the cheapest vehicle in costs, how
# many tasks a string and how many a round takes out
MOVE_PRICE, MOST_MOVED, LEAST_FIXED, LONGEST_STRING, AVERAGE_REMOVED = range(5)
GENERAL_COLUMNS = 5

MOST_TIME = BLOCKED - 1
"""No clock goes further: shifts end before, and a ride that ends later does not exist."""

# clock of a sequence: end of the action, prices by then, riding by then, start, breaks before
MOMENT, PAID, RODE, STARTED, CAME = range(5)
CLOCK_COLUMNS = 5

# breaks
BREAK_FROM, BREAK_TO, BREAK_LENGTH, BREAK_AFTER_START = range(4)
BREAK_COLUMNS = 4

# steps: row v × steps per route + i; i = 0 is the start, length + 1 the end
TASK, STEP_PLACE, STEP_SITE, EARLIEST, LATEST, LEG_S, LEG_M, STEP_PRICE = range(8)
STEP_COLUMNS = 8

# routes
(
    LENGTH, RIDE, METRES, STOPS, COST, VERSION, TOUCHED, BEST_LENGTH, BEST_VERSION,
    PRICED, BROKEN,
) = range(11)  # fmt: skip
ROUTE_COLUMNS = 16  # whole lines of cache, as in TASK_COLUMNS and KNOWN_COLUMNS

REMOVED, UNKNOWN, SEEN, CHANGED, OFFERED, IS_OFFERED = range(6)
"""Rows of `lists`: works to insert, routes to try, empty kinds of vehicle met, routes changed,
routes that a work is offered, and whether a route is among them already."""

EMPTY_VERSION = 1
"""Every empty route of a vehicle is the same."""

# places: what is known of the cheapest place of a work in a route; a job has DROP_TASK = -1.
# KNOWN_VERSION is the route's when it was found. PICK_TASK = -1: none is cheaper than PLACE_COST.
# END_COST: what its tighter end alone costs at least.
KNOWN_VERSION, PLACE_COST, PICK_TASK, PICK_AFTER, DROP_TASK, DROP_AFTER, END_COST = range(7)
KNOWN_COLUMNS = 8

# figures of the plan
(
    PLAN_COST,
    BEST_COST,
    LEFT_OUT,
    BEST_LEFT_OUT,
    ROUNDS,
    NEXT_VERSION,
    TOUCHED_ROUTES,
    BROKEN_ROUTES,
) = range(8)
FIGURES = 8
