-- Motorbike of a courier in a Vietnamese city: what OSRM may ride on, how fast, and what a turn costs.
--
-- Built on the handler library that OSRM ships (lib/*, found through LUA_PATH); the rules and all
-- figures are ours. Speeds are km/h on a working day, 07-17 h, junction delays apart. Together with
-- the turn and signal delays they give trips of 3-10 km about the 27.6 km/h measured for all
-- traffic in Đà Nẵng on weekdays; tests/integration/geodata holds them to it.

api_version = 4

local Set = require("lib/set")
local Sequence = require("lib/sequence")
local WayHandlers = require("lib/way_handlers")
local Obstacles = require("lib/obstacles")
local Tags = require("lib/tags")
local find_access_tag = require("lib/access").find_access_tag
local resolve_access = require("lib/access").resolve_access

-- A preference under 1 makes a way count longer than it takes, so that it serves the doors along
-- it and is no short cut.
local PREFERENCE = {
  footway = 0.4,
  pedestrian = 0.4,
  path = 0.5,
  track = 0.6,
  service = 0.7,
  living_street = 0.8,
}

local FOOT_WAYS = Set { "footway", "pedestrian", "path" }

-- Pieces of a foot way that no motorbike uses, whatever the lane beside them is called.
local NOT_FOR_BIKES = Set { "sidewalk", "crossing", "traffic_island", "access_aisle", "link" }

function setup()
  return {
    properties = {
      weight_name = "motorbike",
      max_speed_for_map_matching = 80 / 3.6,
      u_turn_penalty = 8, -- seconds
      traffic_signal_penalty = 14, -- seconds; half of the usual red time
      -- A courier may turn round at a door: a route through stops is then the sum of its legs.
      continue_straight_at_waypoint = false,
      use_turn_restrictions = true,
      left_hand_driving = false,
    },

    default_mode = mode.driving,
    default_speed = 15,
    oneway_handling = true,
    turn_penalty = 5, -- seconds for turning right round by 180 degrees
    left_turn_factor = 1.4, -- a left turn waits for oncoming traffic

    vehicle_height = 1.9, -- metres, rider included
    vehicle_width = 0.9, -- metres, with a post bag
    vehicle_length = 2.0, -- metres
    vehicle_weight = 250, -- kilograms, rider included
    vehicle_max_speed = 50, -- km/h, a loaded bike in a city

    access_tags_hierarchy = Sequence { "motorcycle", "motor_vehicle", "vehicle", "access" },
    restrictions = Sequence { "motorcycle", "motor_vehicle", "vehicle" },

    access_tag_whitelist = Set { "yes", "designated", "permissive" },
    access_tag_blacklist = Set {
      "no", "agricultural", "forestry", "emergency", "psv", "bus", "foot", "military", "official",
      "restricted", "private", "customers", "delivery", "destination", "permit", "residents",
    },
    -- A courier calls at doors: ways for residents and visitors may be ridden, not ridden through.
    restricted_access_tag_list = Set {
      "private", "customers", "delivery", "destination", "permit", "residents", "unknown",
    },
    restricted_highway_whitelist = Set {
      "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary",
      "tertiary_link", "unclassified", "residential", "living_street", "service", "road", "track",
      "footway", "path", "pedestrian",
    },
    -- Doors on private drives are doors too: a leg may begin and end there.
    service_access_tag_blacklist = Set {},
    service_tag_forbidden = Set { "emergency_access", "slipway", "runway" },
    avoid = Set { "area", "steps", "construction", "proposed", "impassable", "reversible" },
    construction_whitelist = Set { "no", "minor", "widening" },

    -- Motorways (đường cao tốc) are closed to motorbikes: they are absent here, and open only where
    -- a way says motorcycle=yes.
    speeds = Sequence {
      highway = {
        trunk = 40, trunk_link = 30,
        primary = 35, primary_link = 27,
        secondary = 32, secondary_link = 25,
        tertiary = 29, tertiary_link = 24,
        unclassified = 27, road = 20,
        residential = 24, living_street = 16,
        service = 17, track = 14,
        path = 9, footway = 8, pedestrian = 6,
      },
    },
    -- km/h at most, by service tag: kiệt and hẻm are mapped as alleys.
    service_speeds = { alley = 14, driveway = 10, parking_aisle = 10 },

    -- km/h at most
    surface_speeds = {
      paving_stones = 30, bricks = 25, sett = 25, cobblestone = 20, wood = 15, metal = 20,
      compacted = 28, fine_gravel = 25, gravel = 20, pebblestone = 15, unpaved = 20, ground = 18,
      dirt = 18, earth = 18, laterite = 18, clay = 15, grass = 12, sand = 10, mud = 8, rock = 8,
    },
    tracktype_speeds = { grade1 = 30, grade2 = 22, grade3 = 18, grade4 = 14, grade5 = 10 },
    smoothness_speeds = {
      intermediate = 35, bad = 22, very_bad = 15, horrible = 10, very_horrible = 6, impassable = 0,
    },

    barrier_open = Set {
      "no", "entrance", "toll_booth", "border_control", "cattle_grid", "sally_port",
      "height_restrictor", "bollard", "block", "kerb", "arch",
    },
    barrier_delays = { gate = 10, lift_gate = 10, swing_gate = 10, sliding_gate = 10 }, -- seconds
  }
end

function process_node(profile, node, result, relations)
  local access = resolve_access(find_access_tag(node, profile.access_tags_hierarchy), profile)
  if access then
    if profile.access_tag_blacklist[access] and not profile.restricted_access_tag_list[access] then
      obstacle_map:add(node, Obstacle.new(obstacle_type.barrier))
    end
  else
    local barrier = node:get_value_by_key("barrier")
    if barrier then
      local delay = profile.barrier_delays[barrier]
      if delay then
        obstacle_map:add(
          node, Obstacle.new(obstacle_type.gate, obstacle_direction.both, delay, 0))
      elseif not profile.barrier_open[barrier] then
        obstacle_map:add(node, Obstacle.new(obstacle_type.barrier))
      end
    end
  end
  Obstacles.process_node(profile, node)
end

-- Foot ways belong to a courier's city (many kiệt are mapped as one), pavements and footbridges
-- do not.
local function foot_ways(profile, way, result, data)
  if not FOOT_WAYS[data.highway] then
    return
  end
  if profile.access_tag_whitelist[data.forward_access] then
    return
  end
  local footway = way:get_value_by_key("footway")
  local path = way:get_value_by_key("path")
  local bridge = way:get_value_by_key("bridge")
  if (footway and NOT_FOR_BIKES[footway]) or (path and NOT_FOR_BIKES[path])
      or (bridge and bridge ~= "no") or way:get_value_by_key("indoor") == "yes" then
    return false
  end
end

local function service_speed(profile, way, result, data)
  local limit = profile.service_speeds[way:get_value_by_key("service") or ""]
  if limit and data.highway == "service" then
    result.forward_speed = math.min(result.forward_speed, limit)
    result.backward_speed = math.min(result.backward_speed, limit)
  end
end

-- A posted limit slows a courier down; unlike for the shipped profiles it never speeds one up,
-- because traffic, not the sign, sets the pace in a city.
local function posted_limit(profile, way, result, data)
  local forward, backward = Tags.get_forward_backward_by_key(way, data, "maxspeed")
  forward = tonumber(forward)
  backward = tonumber(backward)
  if forward and forward > 0 then
    result.forward_speed = math.min(result.forward_speed, forward)
  end
  if backward and backward > 0 then
    result.backward_speed = math.min(result.backward_speed, backward)
  end
end

local function preference(profile, way, result, data)
  local factor = PREFERENCE[data.highway] or 1.0
  if result.forward_speed > 0 then
    result.forward_rate = result.forward_speed / 3.6 * factor
  end
  if result.backward_speed > 0 then
    result.backward_rate = result.backward_speed / 3.6 * factor
  end
end

local HANDLERS = Sequence {
  WayHandlers.default_mode,
  WayHandlers.blocked_ways,
  WayHandlers.avoid_ways,
  WayHandlers.handle_height,
  WayHandlers.handle_width,
  WayHandlers.handle_length,
  WayHandlers.handle_weight,
  WayHandlers.access,
  foot_ways,
  WayHandlers.oneway,
  WayHandlers.service,
  WayHandlers.speed,
  service_speed,
  posted_limit,
  WayHandlers.surface,
  WayHandlers.vehicle_speed_cap,
  preference,
  WayHandlers.classification,
  WayHandlers.roundabouts,
  WayHandlers.startpoint,
  WayHandlers.driving_side,
  WayHandlers.names,
}

function process_way(profile, way, result, relations)
  -- Ferries are left out on purpose: their waiting time is unknown, and a river has bridges.
  local data = { highway = way:get_value_by_key("highway") }
  if not data.highway or data.highway == "" then
    return
  end
  WayHandlers.run(profile, way, result, data, HANDLERS, relations)
end

function process_turn(profile, turn)
  for _, obstacle in pairs(obstacle_map:get(turn.from, turn.via)) do
    turn.duration = turn.duration + obstacle.duration
  end
  if turn.number_of_roads > 2 or turn.is_u_turn then
    local share = math.abs(turn.angle) / 180
    local side = turn.angle < 0 and profile.left_turn_factor or 1.0
    turn.duration = turn.duration + profile.turn_penalty * share * side
  end
  if turn.is_u_turn then
    turn.duration = turn.duration + profile.properties.u_turn_penalty
  end
  turn.weight = turn.duration
  if not turn.source_restricted and turn.target_restricted then
    turn.weight = constants.max_turn_weight
  end
end

return {
  setup = setup,
  process_node = process_node,
  process_way = process_way,
  process_turn = process_turn,
}
