/** A shell whose completion is supported. */
export type Shell = "bash" | "zsh" | "fish";

/** The supported shells. */
export const shells: readonly Shell[] = ["bash", "zsh", "fish"];

/*
 * The scripts ask the command itself at each press of the Tab key, so they stay valid when it
 * changes. Its answer begins with `files` or `list`; each further line is a word, a tab and its
 * description.
 */

const bash = String.raw`# Completion of stepwire for bash.
_stepwire() {
  local line answer=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $answer ]]; then
      answer=$line
    else
      COMPREPLY+=("${"$"}{line%%$'\t'*}")
    fi
  done < <("$1" complete bash -- "${"$"}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # Without words, bash completes files.
  if [[ $answer == list ]]; then
    compopt +o default +o bashdefault 2>/dev/null
  fi
}
complete -o bashdefault -o default -F _stepwire stepwire
`;

const zsh = String.raw`#compdef stepwire
# Completion of stepwire for zsh.
_stepwire() {
  local -a lines values
  local line
  lines=("${"$"}{(@f)$("${"$"}{(Q)words[1]}" complete zsh -- "${"$"}{(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
  if [[ $lines[1] != list ]]; then
    [[ $PREFIX == --*=* ]] && compset -P 1 '*='
    _files
    return
  fi
  for line in "${"$"}{(@)lines[2,-1]}"; do
    values+=("${"$"}{${"$"}{line%%$'\t'*}//:/\\:}:${"$"}{line#*$'\t'}")
  done
  (( $#values )) && _describe -o -t values stepwire values
}
if [[ $funcstack[1] == _stepwire ]]; then
  _stepwire "$@"
else
  compdef _stepwire stepwire
fi
`;

const fish = String.raw`# Completion of stepwire for fish.
function __stepwire_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l lines ($words[1] complete fish -- $words[2..-1] "$current" 2>/dev/null)
  if test "$lines[1]" = list
    printf '%s\n' $lines[2..-1]
  else
    set -l option (string match -r '^--[^=]+=' -- "$current")
    set -l path (string replace -r '^--[^=]+=' '' -- "$current")
    printf "$option%s\n" (__fish_complete_path "$path")
  end
end
complete -c stepwire -f -a '(__stepwire_complete)'
`;

/** The script that a shell reads to complete command lines of `stepwire`. */
export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
