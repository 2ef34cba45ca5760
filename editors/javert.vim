" `:compiler javert`, then `:make`: copy this file to ~/.vim/compiler/ (or ~/.config/nvim/compiler/).
if exists("current_compiler")
  finish
endif
let current_compiler = "javert"

CompilerSet makeprg=javert\ check\ --output-format\ concise
CompilerSet errorformat=%f:%l:%c:\ %trror[%*[^]]]\ %m,%f:%l:%c:\ %tarning[%*[^]]]\ %m,%f:%l:%c:\ %tnfo[%*[^]]]\ %m,%-G%.%#
