-- What somebody does with a site in Neovim; what they see is written down, a line each.
local seen = {}
local function say(line, ...)
  table.insert(seen, string.format(line, ...))
end

local function wait(what, holds)
  if not vim.wait(30000, holds, 20) then
    error("waited in vain: " .. what)
  end
end

local function findings(buffer)
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(found, string.format("%d:%d %s", one.lnum + 1, one.col + 1, one.code))
  end
  table.sort(found)
  return found
end

local function has(buffer, finding)
  return vim.tbl_contains(findings(buffer), finding)
end

local function line(number)
  return vim.api.nvim_buf_get_lines(0, number - 1, number, false)[1]
end

-- The cursor on a text in the open file, from a line on.
local function go(text, from)
  vim.fn.cursor(from or 1, 1)
  assert(vim.fn.search("\\V" .. text, "c") > 0, text .. " is not there")
end

-- Somebody who chooses the first of what is offered that begins like this.
local function choose(beginning)
  vim.ui.select = function(items, options, chosen)
    for index, item in ipairs(items) do
      local title = options.format_item(item)
      if vim.startswith(title, beginning) then
        say("chooses: %s", title)
        return chosen(item, index)
      end
    end
    error("nothing begins with " .. beginning)
  end
end

local function open(path)
  vim.cmd("buffer " .. vim.fn.bufadd(path))
  return vim.api.nvim_get_current_buf()
end

local function fix()
  local page = open("content/ja/start/mobile.md")
  wait("the page has findings", function()
    return #findings(page) > 0
  end)
  for _, finding in ipairs(findings(page)) do
    say("finds: %s", finding)
  end
  go("/guide/ja/Start/first.html")
  choose("write `/guide/ja/start/first.html`")
  vim.lsp.buf.code_action()
  wait("the link is mended", function()
    return line(8):find("/guide/ja/start/first.html", 1, true) ~= nil
  end)
  wait("the finding is gone", function()
    return not has(page, "8:63 wrong-case-link")
  end)
  say("mended: %s", line(8))
end

local function type_and_remove()
  local page = open("content/ja/start/mobile.md")
  vim.api.nvim_buf_set_lines(page, -1, -1, false, { "", "[x](/guide/ja/nowhere.html)" })
  local number = vim.api.nvim_buf_line_count(page)
  wait("what was typed is judged", function()
    return has(page, number .. ":5 broken-link")
  end)
  say("typed: %d:5 broken-link", number)
  vim.api.nvim_buf_set_lines(page, number - 2, -1, false, {})
  wait("what was removed is not judged", function()
    return not has(page, number .. ":5 broken-link")
  end)
end

local function rename()
  local page = open("content/ja/login/login.md")
  wait("the page is known", function()
    return #findings(page) > 0
  end)
  go("#login_keitai")
  vim.fn.cursor(0, vim.fn.col(".") + 1)
  vim.lsp.buf.rename("login_mobile")
  wait("the heading is renamed", function()
    return line(17):find("{#login_mobile}", 1, true) ~= nil
  end)
  say("renamed: %s", line(17))
end

local function look_around()
  open("content/ja/start/mobile.md")
  -- All that follows from the renaming is to be known.
  assert(vim.lsp.buf_request_sync(0, "javert/settled", vim.empty_dict(), 30000))
  -- For the only readers who see this link, and the heading it leads to.
  go("/guide/ja/login/login.html#login_mobile", 20)
  local client = (vim.lsp.get_clients or vim.lsp.get_active_clients)()[1]
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local function ask(method, more)
    for _, answer in pairs(vim.lsp.buf_request_sync(0, method, vim.tbl_extend("error", params, more or {}), 30000)) do
      assert(answer.result, method .. ": " .. vim.inspect(answer))
      return answer.result
    end
    error("no answer to " .. method)
  end
  local references = ask("textDocument/references", { context = { includeDeclaration = false } })
  say("references: %d", #references)
  local hover = ask("textDocument/hover")
  say("hover: %s", vim.split(type(hover.contents) == "table" and hover.contents.value or hover.contents, "\n")[1])
  vim.lsp.buf.definition()
  wait("the link is followed", function()
    return vim.endswith(vim.api.nvim_buf_get_name(0), "login.md") and vim.fn.line(".") == 17
  end)
  say("definition: login.md:%d", vim.fn.line("."))
end

local function as_reader()
  open("content/ja/admin/mail.md")
  vim.cmd("JavertReader US")
  wait("the page is shown", function()
    return vim.bo.buftype == "nofile"
  end)
  go("送信元のアドレスは")
  say("reader: %s", vim.trim(line(vim.fn.line("."))))
  vim.cmd("bwipeout!")
end

local function drive()
  fix()
  type_and_remove()
  rename()
  look_around()
  as_reader()
  vim.cmd("silent wall")
end

-- What must not be waited for at a prompt that nobody sees.
vim.o.more = false
vim.o.swapfile = false
local well, fault = xpcall(drive, debug.traceback)
if not well then
  say("fault: %s", fault)
  say("messages: %s", vim.fn.execute("messages"))
end
vim.fn.writefile(seen, vim.env.SEEN)
vim.cmd(well and "qall!" or "cquit")
