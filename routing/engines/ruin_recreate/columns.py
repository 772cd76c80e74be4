"""Names of the columns in the kernels' tables: few tables pass quickly from kernel to kernel."""

FAR = 1 << 60
"""Later than any clock, more than any limit."""

NEVER = -FAR
"""Earlier than any clock."""

BLOCKED = 2_000_000_000
"""Ride in seconds where there is no way: later than the end of any shift."""

# tasks: one row per task, alternatives included
PLACE, SITE, WORK, PRICE, SERVICE, FINISH, OPENS, CLOSES, WINDOW_AT, WINDOW_END = range(10)
TASK_COLUMNS = 10

# windows: earliest and latest start, releases applied
FROM, TO = range(2)

# works: offsets into the list of task numbers, and what leaving it out costs
PICK_AT, PICK_END, DROP_AT, DROP_END, PENALTY, TIGHTNESS, DISTANCE = range(7)
WORK_COLUMNS = 7

# vehicles
(
    START, START_SITE, END, SHIFT_FROM, SHIFT_TO, FAMILIARITY, PROFILE, PER_SECOND, PER_METRE,
    FIXED, COUNTS_METRES, LIMITED, MOST_STOPS, MOST_TASKS, MOST_METRES, MOST_RIDE, TWIN, BREAK_AT,
    BREAKS,
) = range(19)  # fmt: skip
VEHICLE_COLUMNS = 19

# breaks
BREAK_FROM, BREAK_TO, BREAK_LENGTH = range(3)

# steps: row v × steps per route + i; i = 0 is the start, length + 1 the end
TASK, STEP_PLACE, STEP_SITE, EARLIEST, LATEST, LEG_S, LEG_M = range(7)
STEP_COLUMNS = 7

# routes
(
    LENGTH, RIDE, METRES, STOPS, COST, VERSION, TOUCHED, BEST_LENGTH, BEST_VERSION,
) = range(9)  # fmt: skip
ROUTE_COLUMNS = 9

REMOVED, UNKNOWN, SEEN, CHANGED = range(4)
"""Rows of `lists`: works to insert, routes to try, empty kinds of vehicle met, routes changed."""

EMPTY_VERSION = 1
"""Every empty route of a vehicle is the same."""

# places: what is known of the cheapest place of a work in a route; a job has DROP_TASK = -1.
# KNOWN_VERSION is the route's when it was found. PICK_TASK = -1: none is cheaper than PLACE_COST.
# END_COST: what its tighter end alone costs at least.
KNOWN_VERSION, PLACE_COST, PICK_TASK, PICK_AFTER, DROP_TASK, DROP_AFTER, END_COST = range(7)
KNOWN_COLUMNS = 7

# figures of the plan
PLAN_COST, BEST_COST, LEFT_OUT, BEST_LEFT_OUT, ROUNDS, NEXT_VERSION, TOUCHED_ROUTES = range(7)
FIGURES = 7
