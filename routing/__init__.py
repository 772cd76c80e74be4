"""Vehicle routing as a library: integers in, timed and checked routes out.

Stands alone: nothing of the rest of the project is needed to use it.
"""

from routing.check import Fault, check
from routing.clock.breaks import place_breaks
from routing.engines import EngineCannot, engine_names
from routing.explain import explain
from routing.insertion import PreparedPlan, insert, prepare
from routing.matrix import UNREACHABLE, InvalidMatrix, TravelMatrix
from routing.offering.new_places import NewPlace, PlaceRides
from routing.offering.offers import Offer, Offers, Refusal
from routing.problem import (
    Break,
    Costs,
    HourBand,
    InvalidProblem,
    Job,
    Load,
    Location,
    Overtime,
    Pin,
    PinOrder,
    Problem,
    Shipment,
    SoftWindow,
    Stability,
    Task,
    TimeWindow,
    Vehicle,
    Work,
)
from routing.promises import TimeChange
from routing.repairing.apply_repair import apply_repair
from routing.repairing.repairs import RepairQuestions
from routing.replan import Replan, replan
from routing.replanning.change_budget import ChangeBudget, Move
from routing.replanning.courier_state import CourierState, InvalidState
from routing.schedule import InvalidOrder, schedule
from routing.solution import (
    Progress,
    Reason,
    ReasonCode,
    Repair,
    RepairKind,
    Result,
    Route,
    Solution,
    TracePoint,
    Unassigned,
    Violation,
    ViolationCode,
    Visit,
    VisitKind,
)
from routing.solve import SolutionRefused, solve
from routing.validation import Defect, DefectCode

__all__ = [
    "UNREACHABLE",
    "Break",
    "ChangeBudget",
    "Costs",
    "CourierState",
    "Defect",
    "DefectCode",
    "EngineCannot",
    "Fault",
    "HourBand",
    "InvalidMatrix",
    "InvalidOrder",
    "InvalidProblem",
    "InvalidState",
    "Job",
    "Load",
    "Location",
    "Move",
    "NewPlace",
    "Offer",
    "Offers",
    "Overtime",
    "Pin",
    "PinOrder",
    "PlaceRides",
    "PreparedPlan",
    "Problem",
    "Progress",
    "Reason",
    "ReasonCode",
    "Refusal",
    "Repair",
    "RepairKind",
    "RepairQuestions",
    "Replan",
    "Result",
    "Route",
    "Shipment",
    "SoftWindow",
    "Solution",
    "SolutionRefused",
    "Stability",
    "Task",
    "TimeChange",
    "TimeWindow",
    "TracePoint",
    "TravelMatrix",
    "Unassigned",
    "Vehicle",
    "Violation",
    "ViolationCode",
    "Visit",
    "VisitKind",
    "Work",
    "apply_repair",
    "check",
    "engine_names",
    "explain",
    "insert",
    "place_breaks",
    "prepare",
    "replan",
    "schedule",
    "solve",
]
