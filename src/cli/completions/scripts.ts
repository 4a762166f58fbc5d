/**
 * What a shell loads. All of them ask `edgeboot completions candidates`, 20 ms a key, so that no list of
 * commands or flags is kept twice, and none grows old when edgeboot is replaced. The first line is a
 * candidate and a description, with a tab between; the last may be `:file`, `:directory`, `:command`.
 */

/**
 * Bash breaks words at `=`, `:` and `@` (COMP_WORDBREAKS), and replaces only what follows the last of
 * them: words are joined again where the line has no blank between them, and what was typed before the last
 * break is taken off the candidates. Needs nothing of the package bash-completion.
 */
const BASH = `# bash completion for edgeboot
_edgeboot() {
  local line=\${COMP_LINE:0:COMP_POINT} words=() word index
  for ((index = 0; index <= COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if ((index == 0)) || [[ $line == [[:blank:]]* ]]; then
      words+=("$word")
    else
      words[\${#words[@]} - 1]+=$word
    fi
    line=\${line#"\${line%%[![:blank:]]*}"}
    line=\${line#"$word"}
  done
  local last=\${COMP_WORDS[COMP_CWORD]} whole=\${words[\${#words[@]} - 1]} lead reply
  [[ $last == [=:@] ]] && last=
  lead=\${whole%"$last"}
  COMPREPLY=()
  while IFS= read -r reply; do
    case $reply in
      :file)
        compopt -o filenames 2>/dev/null
        while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(compgen -f -- "$last")
        ;;
      :directory)
        compopt -o filenames 2>/dev/null
        while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(compgen -d -- "$last")
        ;;
      :command)
        while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(compgen -c -- "$last")
        ;;
      *)
        reply=\${reply%%$'\\t'*}
        COMPREPLY+=("\${reply#"$lead"}")
        ;;
    esac
  done < <("\${words[0]}" completions candidates -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _edgeboot edgeboot
`;

const ZSH = `#compdef edgeboot
_edgeboot() {
  local line value about
  local -a typed found
  typed=("\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}")
  for line in "\${(@f)$("\${(Q)words[1]}" completions candidates -- "\${typed[@]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :file|:directory|:command)
        [[ $PREFIX == --*=* ]] && compset -P '*='
        case $line in
          :file) _files ;;
          :directory) _files -/ ;;
          :command) _command_names -e ;;
        esac
        ;;
      *)
        value=\${line%%$'\\t'*}
        about=\${line#"$value"}
        found+=("\${value//:/\\\\:}\${about:+:\${about#$'\\t'}}")
        ;;
    esac
  done
  (( \${#found} )) && _describe -t candidates edgeboot found
}
if [ "$funcstack[1]" = "_edgeboot" ]; then
  _edgeboot "$@"
else
  compdef _edgeboot edgeboot
fi
`;

const FISH = `# fish completion for edgeboot
function __edgeboot_candidates
    set -l typed (commandline --cut-at-cursor --tokenize --current-process)
    set -l current (commandline --cut-at-cursor --current-token)
    for line in ($typed[1] completions candidates -- $typed[2..] "$current" 2>/dev/null)
        set -l lead (string match --regex -- '^--[^=]*=' "$current")
        set -l value (string replace --regex -- '^--[^=]*=' '' "$current")
        switch "$line"
            case :file
                printf "$lead%s\\n" (__fish_complete_path "$value")
            case :directory
                printf "$lead%s\\n" (__fish_complete_directories "$value")
            case :command
                __fish_complete_command
            case '*'
                printf '%s\\n' "$line"
        end
    end
end
complete --command edgeboot --no-files --keep-order --arguments '(__edgeboot_candidates)'
`;

export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
