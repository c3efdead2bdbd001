-- How the four kinds of counters count, in Redis: the twin of counters.py, which is the model. Set before every other script here.
--
-- An organization has one hash (KEYS[1]) of fields: m (the mark: its counters were loaded), h:HOLD, t:HOLD (tombstone),
-- b:COUNTER (bucket), l:COUNTER (leases), p:COUNTER (period); one sorted set (KEYS[2]) of what falls due, by its time; and a sorted set
-- for each window (KEYS[3] and on, in the order of the windows among the demands). A hold is msgpack: opened, demands, and what is charged
-- for each where that is no longer its amount. Numbers stay below 2^53, and are never joined to a string but by %.0f.

local state, due = KEYS[1], KEYS[2]
local COUNTER, FORM, MEASURE, LIMIT, AMOUNT, SPAN, UNTIL, SHADOW = 1, 2, 3, 4, 5, 6, 7, 8
local PREFIX = {bucket = 'b:', leases = 'l:', period = 'p:'}
local LOWEST_LEVEL, MOST_USED = -3e15, 9007199254740991
local DAY, SWEEP, NEVER = 86400e6, 3600e6, 9007199254740992
local KEEP_MS = 2 * 86400 * 1000

local now = tonumber(ARGV[1])  -- only tests set it
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1e6 + time[2]
end

local function join(...)
  return (string.rep('%.0f ', select('#', ...))):format(...)
end

local function two(text)
  local first, second = text:match('^(%S+) (%S+)')
  return tonumber(first), tonumber(second)
end

-- A whole quotient, rounded down; `%` would go through an inexact division.
local function down(number, divisor)
  local rest = math.fmod(number, divisor)
  if rest < 0 then rest = rest + divisor end
  return (number - rest) / divisor
end

local function up(number, divisor)
  return -down(-number, divisor)
end

-- What a demand's counter says now; nil: only the ledger knows.
local function look(demand, key, value)
  local form, span = demand[FORM], demand[SPAN]
  if form == 'window' then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now - span)
    return {key = key, count = redis.call('ZCARD', key)}
  elseif form == 'bucket' then
    local brim = demand[LIMIT] * span
    if not value then return {level = brim, at = now, new = true} end
    local level, at = two(value)
    if now > at then level, at = level + (now - at) * demand[LIMIT], now end
    return {level = math.min(level, brim), at = at}
  elseif form == 'leases' then
    if not value then return {count = 0, latest = 0} end
    local count, latest = two(value)
    return {count = count, latest = latest}
  elseif value then
    local used, loaded = two(value)
    return {used = used, loaded = loaded}
  end
end

-- Whether there is room.
local function room(demand, counter)
  local form = demand[FORM]
  if form == 'bucket' then return counter.level >= math.max(demand[AMOUNT], 1) * demand[SPAN] end
  if form == 'period' then return counter.used + demand[AMOUNT] <= demand[LIMIT] end
  return counter.count < demand[LIMIT]
end

-- How long until there is room; nil: not by waiting.
local function wait(demand, counter)
  local form, limit, amount, span = demand[FORM], demand[LIMIT], demand[AMOUNT], demand[SPAN]
  if form == 'window' and limit > 0 then
    local place = counter.count - limit
    return tonumber(redis.call('ZRANGE', counter.key, place, place, 'WITHSCORES')[2]) + span - now
  elseif form == 'bucket' and math.max(amount, 1) <= limit then
    return up(math.max(amount, 1) * span - counter.level, limit)
  elseif form == 'period' and amount <= limit then
    return math.max(0, demand[UNTIL] - now)
  end
end

local function draw(demand, counter, units)
  counter.level = math.max(LOWEST_LEVEL, math.min(counter.level - units * demand[SPAN], demand[LIMIT] * demand[SPAN]))
end

local function add(counter, units)
  counter.used = math.max(0, math.min(counter.used + units, MOST_USED))
end

-- The units that are left, and when all of it is free again.
local function standing(demand, counter)
  local form, limit, span = demand[FORM], demand[LIMIT], demand[SPAN]
  if form == 'window' then
    local newest = redis.call('ZRANGE', counter.key, -1, -1, 'WITHSCORES')[2]
    return math.max(0, limit - counter.count), newest and tonumber(newest) + span or now
  elseif form == 'bucket' then
    local lacking = limit * span - counter.level
    return math.max(0, down(counter.level, span)), lacking > 0 and limit > 0 and now + up(lacking, limit) or now
  elseif form == 'leases' then
    return math.max(0, limit - counter.count), counter.count > 0 and counter.latest or now
  end
  return math.max(0, limit - counter.used), demand[UNTIL]
end

-- Write a bucket, leases or a period back. A bucket also says its limit and span, so that it can be seen to be full without a demand.
local function save(demand, counter)
  local form, field = demand[FORM], PREFIX[demand[FORM]] .. demand[COUNTER]
  if form == 'bucket' then
    redis.call('HSET', state, field, join(counter.level, counter.at, demand[LIMIT], demand[SPAN]))
    if counter.new then redis.call('ZADD', due, now + SWEEP, field) end
  elseif form == 'leases' and counter.count <= 0 then
    redis.call('HDEL', state, field)
  elseif form == 'leases' then
    redis.call('HSET', state, field, join(counter.count, counter.latest))
  else
    redis.call('HSET', state, field, join(counter.used, counter.loaded))
  end
end

local function find(demand)
  local prefix = PREFIX[demand[FORM]]
  return look(demand, nil, redis.call('HGET', state, prefix .. demand[COUNTER]))
end

local function keep()
  redis.call('PEXPIRE', state, KEEP_MS)
  redis.call('PEXPIRE', due, KEEP_MS)
end

-- ── what ends by itself ─────────────────────────────────────────────────────

-- Give back an expired hold's leases and what it reserved of periods; leave a tombstone of the rest.
local function expire(name, expired)
  local record, tomb = redis.call('HGET', state, name), 't:' .. name:sub(3)
  if not record then return end
  local opened, demands, charged = cmsgpack.unpack(record)
  local left = {}
  for index, demand in ipairs(demands) do
    left[index] = charged and charged[index] or demand[AMOUNT]
    if demand[FORM] == 'leases' then
      local leases = find(demand)
      leases.count = leases.count - 1
      save(demand, leases)
    elseif demand[FORM] == 'period' then
      local period = find(demand)
      if period and period.loaded <= opened then
        add(period, -left[index])
        save(demand, period)
      end
      left[index] = 0
    end
  end
  redis.call('HDEL', state, name)
  redis.call('HSET', state, tomb, cmsgpack.pack(opened, demands, left))
  redis.call('ZADD', due, expired + DAY, tomb)
end

-- Let a bucket go that is full; look at another one later.
local function sweep(name)
  local level, at, limit, span = (redis.call('HGET', state, name) or ''):match('^(%S+) (%S+) (%S+) (%S+)')
  if level and level + math.max(0, now - at) * limit < limit * span then
    redis.call('ZADD', due, now + SWEEP, name)
  else
    redis.call('HDEL', state, name)
  end
end

-- End what has expired. False: the organization is not known here, or only in part.
local function let_go()
  local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
  while first[1] and tonumber(first[2]) <= now do
    local name, kind = first[1], first[1]:sub(1, 2)
    redis.call('ZREM', due, name)
    if kind == 'h:' then
      expire(name, tonumber(first[2]))
    elseif kind == 'b:' then
      sweep(name)
    else
      redis.call('HDEL', state, name)
    end
    first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
  end
  return first[1] and redis.call('HEXISTS', state, 'm') == 1
end
