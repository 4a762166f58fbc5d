# Types a line into an interactive zsh on a pseudo terminal, asks for completions, and prints what is found.
# usage: zsh -f zsh_driver.zsh DIRECTORY-OF-_edgeboot SCRATCH LINE
zmodload zsh/zpty
typeset -g scratch=$2
zpty -b shell zsh -f -i
await() {
  local ignored
  repeat 400; do
    [[ -e $1 ]] && return 0
    # Its output must be read, or it would block.
    zpty -r -t shell ignored || sleep 0.025
  done
  print -u2 "zsh did not come as far as $1"
  exit 1
}
zpty -w shell "fpath=($1 \$fpath); autoload -U compinit; compinit -u -d $scratch.dump"
zpty -w shell "compadd() { local -a found; builtin compadd -O found \"\$@\"; (( \$#found )) && print -rl -- \$found >>$scratch.found; builtin compadd \"\$@\" }"
zpty -w shell "ask() { zle list-choices; : >$scratch.asked }; zle -N ask; bindkey '^T' ask; setopt no_beep no_always_last_prompt; LISTMAX=10000"
zpty -w shell ": >$scratch.ready"
await $scratch.ready
zpty -w -n shell "$3"$'\C-t'
await $scratch.asked
zpty -d shell
[[ -e $scratch.found ]] && sort -u $scratch.found
exit 0
