-- Replace what a hold reserved by what was used, once. ARGV: time, hold, opened, closed or 0, actual (msgpack), demands (msgpack).

local hold, opened, closed = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local actual, remembered = cmsgpack.unpack(ARGV[5]), cmsgpack.unpack(ARGV[6])
if not let_go() then return end

local function settle(record, is_open)
  local since, demands, charged = cmsgpack.unpack(record)
  for index, demand in ipairs(demands) do
    local form = demand[FORM]
    local units = actual[demand[MEASURE]] - (charged and charged[index] or demand[AMOUNT])
    if form == 'bucket' then
      local bucket = find(demand)
      draw(demand, bucket, units)
      save(demand, bucket)
    elseif form == 'leases' and is_open then
      local leases = find(demand)
      leases.count = leases.count - 1
      save(demand, leases)
    elseif form == 'period' then
      local period = find(demand)
      if period and period.loaded <= since then
        add(period, units)
        save(demand, period)
      end
    end
  end
  if actual.requests == 0 then
    for index = 3, #KEYS do redis.call('ZREM', KEYS[index], hold) end
  end
  return since
end

-- A hold that was lost: charge the periods that were loaded between its opening and its entry into the ledger, and remember that.
local function charge_lost()
  local charged = false
  if closed == 0 then closed = now end
  for _, demand in ipairs(remembered) do
    local period = demand[FORM] == 'period' and find(demand)
    if period and 0 < opened and opened < period.loaded and period.loaded <= closed then
      add(period, actual[demand[MEASURE]])
      save(demand, period)
      charged = true
    end
  end
  if charged then
    redis.call('HSET', state, 't:' .. hold, cmsgpack.pack(opened, {}))
    redis.call('ZADD', due, now + DAY, 't:' .. hold)
  end
end

local records = redis.call('HMGET', state, 'h:' .. hold, 't:' .. hold)
if records[1] then
  settle(records[1], true)
  redis.call('HDEL', state, 'h:' .. hold)
  redis.call('ZREM', due, 'h:' .. hold)
elseif records[2] then
  local since = settle(records[2], false)
  redis.call('HSET', state, 't:' .. hold, cmsgpack.pack(since, {}))  -- it stays, so that nothing charges a second time
else
  charge_lost()
end
