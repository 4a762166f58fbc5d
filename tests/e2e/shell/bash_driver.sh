# Calls what `complete -p` names for edgeboot as readline would, and prints the replies.
# usage: bash bash_driver.sh SCRIPT COMPLETION-LIBRARY LINE
source "$2"
source "$1"
spec=$(complete -p edgeboot) || exit 1
function=${spec#*-F } function=${function%% *}

COMP_LINE=$3 COMP_POINT=${#3} COMP_WORDS=()
# readline breaks words at blanks, and at the characters of COMP_WORDBREAKS, which are words themselves.
rest=$3
while [[ -n $rest ]]; do
  if [[ $rest == [[:blank:]]* ]]; then rest=${rest#?}; continue; fi
  if [[ $rest =~ ^[^[:blank:]=:@]+ ]] || [[ $rest =~ ^[=:@]+ ]]; then
    COMP_WORDS+=("${BASH_REMATCH[0]}")
    rest=${rest:${#BASH_REMATCH[0]}}
  fi
done
[[ $3 == *[[:blank:]] ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
"$function" edgeboot "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
exit 0
