"""A thread that gives way: it stands still for a moment where it next enters a function.

Threads of Python run by turns. Whoever wants an answer now would wait twice as long while another
thread loads the compiled search, which nobody needs any more.
"""

import sys
import threading

STANDS_STILL_S = 5.0
"""At most: a busy machine may take so long for the 0.1 s of processor time of an answer."""

CAUGHT_WITHIN_S = 0.03
"""A thread enters functions all the time; a long call of compiled code is not waited for."""

_TOOLS = (3, 4)
"""Of the interpreter's six places for who watches it, those that nobody has a claim to."""


def give_way(thread: threading.Thread, go_on: threading.Event) -> bool:
    """Has another thread of this process stand still until `go_on` is set; whether it does.
    Nothing that it holds is let go: whoever waits for one of its locks waits with it."""
    watch = sys.monitoring
    tool = next((each for each in _TOOLS if watch.get_tool(each) is None), None)
    if tool is None or not thread.is_alive():
        return False
    stands = threading.Event()

    def stand(_code: object, _offset: int) -> None:
        if threading.get_ident() == thread.ident and not stands.is_set():
            stands.set()
            go_on.wait(STANDS_STILL_S)

    event = watch.events.PY_START
    watch.use_tool_id(tool, __name__)
    try:
        watch.register_callback(tool, event, stand)
        watch.set_events(tool, event)
        return stands.wait(CAUGHT_WITHIN_S)
    finally:
        watch.set_events(tool, watch.events.NO_EVENTS)
        watch.register_callback(tool, event, None)
        watch.free_tool_id(tool)
