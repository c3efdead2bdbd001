-- Return how counters stand, as msgpack: remaining and reset of each; -1 twice for one that only the ledger knows. ARGV: time, demands (msgpack).

local known, reply, windows = let_go(), {}, 2
for _, demand in ipairs(cmsgpack.unpack(ARGV[2])) do
  local is_window, counter = demand[FORM] == 'window', nil
  if is_window then windows = windows + 1 end
  if known then counter = is_window and look(demand, KEYS[windows]) or not is_window and find(demand) end
  if counter then
    reply[#reply + 1], reply[#reply + 2] = standing(demand, counter)
  else
    reply[#reply + 1], reply[#reply + 2] = -1, -1
  end
end
return cmsgpack.pack(reply)
