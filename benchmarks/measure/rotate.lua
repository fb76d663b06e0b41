-- wrk's script: send the requests of a file in turn, and report as one line of JSON.
-- Of several threads, each sends requests of its own: of three, the first sends the 1st, 4th, 7th and so on.

local formatted = {}
local next_one = 0
local threads_so_far = 0

function setup(thread)
  thread:set("number", threads_so_far)
  threads_so_far = threads_so_far + 1
end

function init(args)
  local threads = tonumber(args[2])
  for index, call in ipairs(dofile(args[1])) do
    if (index - 1) % threads == number then
      formatted[#formatted + 1] = wrk.format(call.method, call.path, call.headers, call.body)
    end
  end
end

function request()
  next_one = next_one % #formatted + 1
  return formatted[next_one]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f,"bytes":%d,'
      .. '"bad_statuses":%d,"socket_errors":%d,"timeouts":%d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3, summary.bytes,
    errors.status, errors.connect + errors.read + errors.write, errors.timeout
  ))
end
