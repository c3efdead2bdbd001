-- Set counters that are not there, from the ledger; a window or bucket of which nothing is used counts as not there.
-- ARGV: time, counters (msgpack: of demand, used, events).

if not let_go() then
  redis.call('DEL', state, due)  -- what is left of it, if anything, is not whole
  redis.call('HSET', state, 'm', 1)
  redis.call('ZADD', due, NEVER, 'm')
end

local function fill(key, demand, events)
  if look(demand, key).count > 0 then return end
  for number, event in ipairs(events) do
    local at, units = event[1], event[2]
    for unit = 1, at > now - demand[SPAN] and units or 0 do
      redis.call('ZADD', key, math.min(at, now), ('loaded:%d:%d'):format(number, unit))
    end
  end
  redis.call('PEXPIRE', key, math.ceil(demand[SPAN] / 500) + 60000)
end

local function replay(demand, events)
  local bucket, real_now = find(demand), now
  if bucket.level < demand[LIMIT] * demand[SPAN] then return end
  local brim, at = bucket.level, now - demand[SPAN]
  for _, event in ipairs(events) do
    local time = math.max(math.min(event[1], real_now), at)
    bucket.level = math.min(bucket.level + (time - at) * demand[LIMIT], brim)
    at = time
    draw(demand, bucket, event[2])
  end
  bucket.level, bucket.at = math.min(bucket.level + (real_now - at) * demand[LIMIT], brim), real_now
  save(demand, bucket)
end

local windows = 2
for _, loaded in ipairs(cmsgpack.unpack(ARGV[2])) do
  local demand, used, events = loaded[1], loaded[2], loaded[3]
  if demand[FORM] == 'window' then
    windows = windows + 1
    fill(KEYS[windows], demand, events)
  elseif demand[FORM] == 'bucket' then
    replay(demand, events)
  elseif demand[FORM] == 'period' and not find(demand) then
    save(demand, {used = used, loaded = now})
    redis.call('ZADD', due, math.max(demand[UNTIL], now) + DAY, 'p:' .. demand[COUNTER])
  end
end
keep()
