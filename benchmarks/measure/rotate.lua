-- wrk's script: send the requests of a file in turn, and report as one line of JSON.

local formatted = {}
local next_one = 0

function init(args)
  for _, call in ipairs(dofile(args[1])) do
    formatted[#formatted + 1] = wrk.format(call.method, call.path, call.headers, call.body)
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
