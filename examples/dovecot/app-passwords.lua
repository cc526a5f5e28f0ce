-- Asks Security Info whether an app password is right. Replace the first three; the key is in a file that only Dovecot can read.
local url = "http://127.0.0.1:4000/check/basic"
local public_name = "id.example.org"
local key_file = "/etc/dovecot/app-passwords.key"

-- What Dovecot calls a service, and what the scope of an app password is called. All others are refused.
local scopes = { imap = "imap", submission = "smtp", smtp = "smtp", pop3 = "imap" }

local http = dovecot.http.client { timeout = 5000, max_attempts = 2 }

local function service_key()
  local file = assert(io.open(key_file, "r"))
  local key = file:read("l")
  file:close()
  return key
end

-- Text as JSON, byte for byte: what is not ASCII is UTF-8 already.
local function quoted(text)
  return '"' .. text:gsub('[%c"\\\127]', function(char)
    return string.format("\\u%04x", char:byte())
  end) .. '"'
end

local function object(fields)
  local parts = {}
  for name, value in pairs(fields) do
    parts[#parts + 1] = quoted(name) .. ":" .. quoted(value)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

-- Dovecot drops the reason that a script returns, so it is logged here: a no with `auth_verbose = yes`, a failure always.
local function mismatch(request, why)
  request:log_info(why)
  return dovecot.auth.PASSDB_RESULT_PASSWORD_MISMATCH, why
end

local function failure(request, why)
  request:log_error(why)
  return dovecot.auth.PASSDB_RESULT_INTERNAL_FAILURE, why
end

function auth_password_verify(request, password)
  local scope = scopes[request.service]
  if scope == nil then
    return mismatch(request, "no app password is for " .. tostring(request.service))
  end
  local question = http:request { url = url, method = "POST" }
  question:add_header("Host", public_name)
  question:add_header("X-Service-Key", service_key())
  question:add_header("Content-Type", "application/json")
  question:set_payload(object {
    username = request.user,
    password = password,
    scope = scope,
    address = request.rip,
    client = "Dovecot " .. request.service,
  })
  local answer = question:submit()
  local status = answer:status()
  if status == 200 and answer:payload():find('"ok":true', 1, true) == 2 then
    return dovecot.auth.PASSDB_RESULT_OK, {}
  end
  -- 429 means: wrong, and too often. A right one passes all the same.
  if status == 200 or status == 429 then
    return mismatch(request, "the app password is not right")
  end
  return failure(request, "the gateway answered " .. status .. ": " .. tostring(answer:payload()):sub(1, 300))
end

-- Nobody but the gateway knows who there is: a userdb (static, LDAP) says where mail is kept.
function auth_passdb_lookup(request)
  return dovecot.auth.PASSDB_RESULT_USER_UNKNOWN, "passwords can only be verified"
end
