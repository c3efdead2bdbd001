-- Take all demands together, or none. ARGV: time, hold, lease, demands (msgpack).
-- Returns, as msgpack, {0, now, remaining and reset of each demand…, over…}, {1, now, retry or -1, the same…, refusing…} or {2, missing…}.

local hold, demands = ARGV[2], cmsgpack.unpack(ARGV[4])
local known = let_go()

-- One read of all fields that are needed.
local fields, place, windows = {'h:' .. hold, 't:' .. hold}, {}, 2
for index, demand in ipairs(demands) do
  if demand[FORM] == 'window' then
    windows = windows + 1
    place[index] = windows
  else
    fields[#fields + 1] = PREFIX[demand[FORM]] .. demand[COUNTER]
    place[index] = #fields
  end
end
local values = redis.call('HMGET', state, unpack(fields))

local counters, missing = {}, {2}
for index, demand in ipairs(demands) do
  local is_window = demand[FORM] == 'window'
  local counter = known and look(demand, is_window and KEYS[place[index]], not is_window and values[place[index]])
  counters[index] = counter
  if not counter then missing[#missing + 1] = index - 1 end
end
if not known or missing[2] then return cmsgpack.pack(missing) end

local reply, marks, longest = {0, now}, {}, 0
local function answer()
  for index, demand in ipairs(demands) do
    reply[#reply + 1], reply[#reply + 2] = standing(demand, counters[index])
  end
  for _, index in ipairs(marks) do reply[#reply + 1] = index end
  return cmsgpack.pack(reply)
end

if values[1] then return answer() end  -- it is open already: granted again, charged once

local refusing = {}
for index, demand in ipairs(demands) do
  if not room(demand, counters[index]) then
    if demand[SHADOW] then
      marks[#marks + 1] = index - 1
    else
      refusing[#refusing + 1] = index - 1
      local delay = wait(demand, counters[index])
      longest = longest and delay and math.max(longest, delay)
    end
  end
end
if refusing[1] then
  reply, marks = {1, now, longest or -1}, refusing
  return answer()
end

local expires, changed = now + tonumber(ARGV[3]), {'h:' .. hold, cmsgpack.pack(now) .. ARGV[4]}
local dues = {expires, 'h:' .. hold}
for index, demand in ipairs(demands) do
  local form, counter = demand[FORM], counters[index]
  if form == 'window' then
    redis.call('ZADD', counter.key, now, hold)
    redis.call('PEXPIRE', counter.key, math.ceil(demand[SPAN] / 500) + 60000)
    counter.count = counter.count + 1
  else
    local field, text = PREFIX[form] .. demand[COUNTER], nil
    if form == 'bucket' then
      draw(demand, counter, demand[AMOUNT])
      text = join(counter.level, counter.at, demand[LIMIT], demand[SPAN])
      if counter.new then dues[#dues + 1], dues[#dues + 2] = now + SWEEP, field end
    elseif form == 'leases' then
      counter.count, counter.latest = counter.count + 1, math.max(counter.latest, expires)
      text = join(counter.count, counter.latest)
    else
      add(counter, demand[AMOUNT])
      text = join(counter.used, counter.loaded)
    end
    changed[#changed + 1], changed[#changed + 2] = field, text
  end
end
if values[2] then redis.call('HDEL', state, 't:' .. hold) end
redis.call('HSET', state, unpack(changed))
redis.call('ZADD', due, unpack(dues))
keep()
return answer()
