-- Prolong open holds, and charge what they have used beyond what is charged. ARGV: time, lease, progress (msgpack: of hold, tokens, money).

local expires, progress = now + tonumber(ARGV[2]), cmsgpack.unpack(ARGV[3])
if not let_go() then return end

local function beyond(demand, tokens, nanousd)
  if demand[FORM] == 'bucket' and demand[MEASURE] == 'output_tokens' then return tokens end
  if demand[FORM] == 'period' and demand[MEASURE] == 'nanousd' then return nanousd end
end

local function advance(demand, units, opened)
  local counter = find(demand)
  if demand[FORM] == 'bucket' then
    draw(demand, counter, units)
    save(demand, counter)
  elseif counter and counter.loaded <= opened then
    add(counter, units)
    save(demand, counter)
  end
end

local function renew(name, record, tokens, nanousd)
  local opened, demands, charged = cmsgpack.unpack(record)
  local now_charged, changed = {}, false
  for index, demand in ipairs(demands) do
    local before = charged and charged[index] or demand[AMOUNT]
    local used = beyond(demand, tokens, nanousd)
    now_charged[index] = before
    if demand[FORM] == 'leases' then
      local leases = find(demand)
      leases.latest = math.max(leases.latest, expires)
      save(demand, leases)
    elseif used and used > before then
      advance(demand, used - before, opened)
      now_charged[index], changed = used, true
    end
  end
  if changed then redis.call('HSET', state, name, cmsgpack.pack(opened, demands, now_charged)) end
  redis.call('ZADD', due, expires, name)
end

for _, each in ipairs(progress) do
  local name = 'h:' .. each[1]
  local record = redis.call('HGET', state, name)
  if record then renew(name, record, each[2], each[3]) end
end
keep()
