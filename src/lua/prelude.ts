/**
 * The Lua half of the globals. It is called with the table of host functions, keeps what it needs in locals before a script can replace
 * anything, and returns what the worker calls itself.
 */
export const PRELUDE = String.raw`
local host = ...
local globals = _G
local type, pairs, ipairs, next, select, error, rawget, rawset = type, pairs, ipairs, next, select, error, rawget, rawset
local setmetatable, getmetatable, tostring_plain, load_plain = setmetatable, getmetatable, tostring, load
local unpack, concat, sort = table.unpack, table.concat, table.sort
local find, match, sub, gmatch = string.find, string.match, string.sub, string.gmatch

-- What a script must not have: code from bytes or files, and the collector's controls.
dofile, loadfile, warn = nil, nil, nil
string.dump = nil

function collectgarbage(what)
  if what == nil or what == "collect" or what == "step" then return 0 end
  if what == "count" then return host.memory() / 1024 end
  host.fail("invalid_arguments", "collectgarbage(\"" .. tostring_plain(what) .. "\") is not available here.")
end

-- A finalizer would run where instructions are not counted.
function setmetatable_checked(value, meta)
  if type(meta) == "table" and rawget(meta, "__gc") ~= nil then
    host.fail("runtime", "A metatable here cannot have __gc.", "Use a local with <close> instead.")
  end
  return setmetatable(value, meta)
end
globals.setmetatable, setmetatable_checked = setmetatable_checked, nil

-- Text only: bytecode is not verified and can break the machine.
function load(chunk, name, mode, ...)
  if select("#", ...) == 0 then return load_plain(chunk, name, "t") end
  return load_plain(chunk, name, "t", (...))
end

local errors = host.error_metatable
errors.__tostring = function(failure)
  local message = tostring_plain(rawget(failure, "message"))
  local code, hint = rawget(failure, "code"), rawget(failure, "hint")
  if type(code) == "string" then message = code .. ": " .. message end
  if type(hint) == "string" then message = message .. " " .. hint end
  return message
end
errors.__name = "error"
errors.__metatable = "locked"

host.null_metatable.__tostring = function() return "null" end
host.null_metatable.__metatable = "locked"

function tostring(...)
  if select("#", ...) > 0 and type((...)) == "table" then return host.render((...)) end
  return tostring_plain(...)
end
print = host.print
function dump(value)
  host.print(value)
  return value
end

-- Namespaces: empty tables that ask the host for each name once.
local made = {}
local function open(path)
  local known = {}
  local space = {}
  local meta = {
    __name = "namespace",
    __metatable = "locked",
    __index = function(_, key)
      local hit = known[key]
      if hit ~= nil then return hit end
      local found, kind = host.resolve(path, key)
      hit = made[found]
      if hit == nil then
        if kind == "function" then
          hit = function(...) return host.call(found, ...) end
          host.describe(hit, found)
        else
          hit = open(found)
        end
        made[found] = hit
      end
      known[key] = hit
      return hit
    end,
    __newindex = function(_, key)
      host.fail("runtime", path .. "." .. tostring_plain(key) .. " cannot be assigned: " .. path .. " is read-only.")
    end,
    __pairs = function(self)
      local names, at = host.names(path), 0
      return function()
        at = at + 1
        if names[at] ~= nil then return names[at], self[names[at]] end
      end, self, nil
    end,
    __call = function()
      host.fail("runtime", path .. " is a namespace, not a function.", "Call one of its functions: " .. concat(host.names(path), ", ", 1, 5 < #host.names(path) and 5 or #host.names(path)) .. ".")
    end,
    __tostring = function() return "<" .. path .. ">" end,
  }
  return setmetatable(space, meta)
end
local function openRoots()
  made = {}
  app, docs, mcp, time = open("app"), open("docs"), open("mcp"), open("time")
  now = time.now
end

function sleep(seconds)
  host.sleep(seconds)
end

json = { null = host.null, encode = host.encode, decode = host.decode }
function json.array(list, length)
  if list == nil then list = {} end
  if type(list) ~= "table" then host.fail("invalid_arguments", "json.array wants a table, not a " .. type(list) .. ".") end
  for index = 1, length or 0 do
    if rawget(list, index) == nil then rawset(list, index, host.null) end
  end
  return setmetatable(list, host.array_metatable)
end
function json.object(fields)
  return setmetatable(fields or {}, host.object_metatable)
end

regex = { escape = host.regex_escape, match_all = host.regex_match_all, split = host.regex_split }
function regex.match(subject, pattern, flags)
  return host.regex_match_all(subject, pattern, flags, 1)[1]
end
function regex.test(subject, pattern, flags)
  return host.regex_match_all(subject, pattern, flags, 1)[1] ~= nil
end
function regex.gsub(subject, pattern, replacement, limit, flags)
  local kind = type(replacement)
  if kind == "string" or kind == "number" then
    return host.regex_gsub(subject, pattern, tostring_plain(replacement), limit, flags)
  end
  if kind ~= "function" and kind ~= "table" then
    host.fail("invalid_arguments", "regex.gsub wants a string, function or table to replace with, not a " .. kind .. ".")
  end
  local pieces, count = host.regex_pieces(subject, pattern, limit, flags), 0
  for index, piece in ipairs(pieces) do
    if type(piece) == "table" then
      count = count + 1
      local new
      if kind == "function" then new = replacement(piece[0], unpack(piece, 1, piece.n)) else new = replacement[piece[1] or piece[0]] end
      if not new then pieces[index] = piece[0] else pieces[index] = tostring_plain(new) end
    end
  end
  return concat(pieces), count
end

function parallel(list)
  local answers = host.parallel(list)
  if list.settle then return answers end
  local values = setmetatable({}, host.array_metatable)
  for index, answer in ipairs(answers) do
    if not answer.ok then
      rawset(answer.error, "results", answers)
      error(answer.error, 0)
    end
    values[index] = answer.value
  end
  return values
end

-- Pages: where the items lie and how to ask for more is read from the answer and from the function's parameters.
local function itemsOf(answer, key)
  if type(answer) ~= "table" then return nil end
  if key then return answer[key] end
  if #answer > 0 or next(answer) == nil then return answer end
  for _, name in ipairs({ "data", "items", "results", "records" }) do
    if type(answer[name]) == "table" then return itemsOf(answer[name]) end
  end
  local only
  for name, value in pairs(answer) do
    if type(value) == "table" and (#value > 0 or getmetatable(value) == host.array_metatable) then
      if only then return nil end
      only = value
    end
  end
  return only
end
local function places(answer)
  return ipairs({ answer, answer.meta or false, answer.pagination or false, answer.page_info or false, type(answer.data) == "table" and answer.data.pagination or false })
end
local function cursorOf(answer)
  for _, place in places(answer) do
    if type(place) == "table" then
      for _, name in ipairs({ "nextCursor", "next_cursor", "cursor" }) do
        local value = place[name]
        if (type(value) == "string" and value ~= "") or type(value) == "number" then return value end
      end
    end
  end
end
local function hasMore(answer)
  for _, place in places(answer) do
    if type(place) == "table" then
      for _, name in ipairs({ "hasNextPage", "has_next_page", "hasMore", "has_more" }) do
        if type(place[name]) == "boolean" then return place[name] end
      end
    end
  end
end
local function paged(fn, wanted, options)
  local known = {}
  for _, name in ipairs(host.parameters(fn)) do known[name] = true end
  local ask = {}
  for key, value in pairs(wanted) do ask[key] = value end
  local last
  return function()
    while ask do
      local answer = fn(ask)
      local items = itemsOf(answer, options.items)
      if type(items) ~= "table" then
        host.fail("runtime", "paginate found no list in the answer.", 'Name the field that holds the items: paginate(fn, args, { items = "…" }).')
      end
      local more, cursor = hasMore(answer), cursorOf(answer)
      local following = {}
      for key, value in pairs(ask) do following[key] = value end
      if cursor ~= nil and more ~= false then
        following.cursor = cursor
        if ask.cursor == cursor then following = nil end
      elseif more == false or #items == 0 then
        following = nil
      elseif known.skip or ask.skip or known.offset or ask.offset then
        local name = (known.skip or ask.skip) and "skip" or "offset"
        following[name] = (ask[name] or 0) + #items
        local size = ask.take or ask.limit
        if more == nil and size and #items < size then following = nil end
      elseif known.page or ask.page then
        following.page = (ask.page or 1) + 1
        local size = ask.limit or ask.page_size or ask.per_page
        if more == nil and size and #items < size then following = nil end
      else
        following = nil
      end
      -- An endpoint that ignores the page answers the same for ever.
      local first = items[1] ~= nil and host.encode(items[1]) or nil
      if following and more == nil and cursor == nil and first == last then
        if last ~= nil then ask = nil return nil end
      end
      last = first
      ask = following
      if #items > 0 then return items end
    end
  end
end
function paginate(fn, wanted, options)
  if type(fn) ~= "function" then
    host.fail("invalid_arguments", "paginate wants a function first, not a " .. type(fn) .. ".", "Write paginate(app.integrations.cal.list_bookings, { … }), without calling it.")
  end
  local nextPage = paged(fn, wanted or {}, options or {})
  local page, at = nil, 0
  local function step()
    while true do
      if page == nil then
        page, at = nextPage(), 0
        if page == nil then return nil end
      end
      at = at + 1
      if page[at] ~= nil then return page[at] end
      page = nil
    end
  end
  local self = {}
  function self.all()
    local list = {}
    for item in step do list[#list + 1] = item end
    return setmetatable(list, host.array_metatable)
  end
  function self.pages() return nextPage end
  return setmetatable(self, { __call = step, __name = "pages" })
end

-- What may follow the beginning of a name, for a REPL.
local function complete(text)
  local path, start = match(text, "([%w_%.]-)%.?([%w_]*)$")
  if not find(text, "%.[%w_]*$") then path, start = "", match(text, "([%w_]*)$") end
  local place = globals
  for name in gmatch(path, "[^%.]+") do
    if type(place) ~= "table" then return {} end
    if getmetatable(place) == "locked" then place = place[name] else place = rawget(place, name) end
  end
  local names = {}
  if type(place) ~= "table" then return names end
  local function add(name)
    if type(name) == "string" and sub(name, 1, #start) == start then names[#names + 1] = (path == "" and "" or path .. ".") .. name end
  end
  if getmetatable(place) == "locked" then for name in pairs(place) do add(name) end else for name in next, place do add(name) end end
  sort(names)
  return names
end

return openRoots, complete
`;
