/** What a script finds beside the functions: the page `lua` of the documents. Its lines are run by a test. */
export const LUA_PAGE = `# lua

Lua 5.4. Functions of an answer's \`hasNextPage\` or cursor are read to the end by \`paginate\`. What fails raises a table: code, message, reason, hint.

\`\`\`lua
local cal = app.integrations.cal              -- app.integrations.cal.work for the account "work"
for booking in paginate(cal.list_bookings, { status = "upcoming" }) do end      -- paginate(…).all() is the list
local both = parallel({ { cal.list_event_types, {} }, { cal.get_current_user, {} } })
local ok, failure = pcall(cal.get_booking, { id = "nothing" })  -- failure.code, failure.reason == "not_found"
now(); time.today(); time.zone()              -- "2030-01-07T08:00:00Z", "2030-01-07", the person's zone
time.add("2030-01-07T09:00:00Z", { days = 1, minutes = 30 })   -- right over changes of the clock
time.diff("2030-01-07", "2030-01-14", "day")  -- 7
time.compare("2030-01-07T09:00:00Z", "2030-01-07T10:00:00+01:00")   -- -1, 0 or 1
time.parts("2030-01-07T09:00:00Z")            -- year, month, day, hour, minute, weekday (1 is Monday) in the zone
time.weekday("2030-01-07"); time.format("2030-01-07T09:00:00Z", "Asia/Tokyo")
time.start_of("2030-01-07", "week"); time.to_zone("2030-01-07T09:00:00Z", "Asia/Tokyo"); time.to_utc("2030-01-07T09:00")
json.encode({ list = json.array({}), nothing = json.null }); json.decode("[1]")
regex.match("a1", "([a-z])(\\\\d)"); regex.gsub("a b", "/\\\\s+/g", "-")
print("shown as output"); dump({ any = "value" })
return 1, "two"                               -- the result
\`\`\`

Also: args, sleep(seconds), docs.list/search/read, mcp.servers/tools/call.`;
